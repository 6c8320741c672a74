package dgraph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/dgraph-io/dgo/v230"
	"github.com/dgraph-io/dgo/v230/protos/api"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

// Cluster is a connection to the servers of a Dgraph cluster, whatever it
// holds. Make one with Dial.
type Cluster struct {
	opts    Options
	conns   []*grpc.ClientConn
	servers []api.DgraphClient // as Options.Addrs
	dg      *dgo.Dgraph        // any of them

	login sync.Mutex
}

// connectPatience bounds how long Dial waits for a cluster that does not
// answer: somebody may be sitting there.
const connectPatience = 10 * time.Second

// Dial connects, and logs in if there is a user. The error says what to do
// when no server answers or the password is wrong.
func Dial(ctx context.Context, o Options) (*Cluster, error) {
	creds := insecure.NewCredentials()
	if o.TLS != nil {
		creds = credentials.NewTLS(o.TLS)
	}
	c := &Cluster{opts: o}
	for _, addr := range o.Addrs {
		// A server that comes back is noticed within seconds.
		pauses := backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 2 * time.Second}
		conn, err := grpc.NewClient("passthrough:///"+addr,
			grpc.WithTransportCredentials(creds),
			grpc.WithConnectParams(grpc.ConnectParams{Backoff: pauses, MinConnectTimeout: 5 * time.Second}),
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32), grpc.MaxCallSendMsgSize(math.MaxInt32)))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", o, err), c.Close())
		}
		c.conns = append(c.conns, conn)
		c.servers = append(c.servers, api.NewDgraphClient(conn))
	}
	c.dg = dgo.NewDgraphClient(c.servers...)
	if err := c.greet(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// greet makes sure that there is a cluster, and that it knows the user.
func (c *Cluster) greet(ctx context.Context) error {
	patience := min(connectPatience, c.opts.patience())
	if c.opts.User != "" {
		if err := c.repeat(ctx, patience, c.logIn); err != nil {
			return err
		}
	}
	return c.repeat(ctx, patience, func(ctx context.Context) error {
		_, err := c.dg.NewReadOnlyTxn().Query(ctx, "schema(pred: [xid]) { type }")
		return err
	})
}

func (c *Cluster) logIn(ctx context.Context) error {
	c.login.Lock()
	defer c.login.Unlock()
	err := c.dg.LoginIntoNamespace(ctx, c.opts.User, c.opts.Password, c.opts.Namespace)
	if err == nil || retryable(err) == later {
		return err
	}
	return fmt.Errorf("%w %s; see %s and %s: %w", errRefused, c.opts.User, EnvPassword, EnvPasswordFile, err)
}

var errRefused = errors.New("the cluster does not let in the user")

// Close ends the connections.
func (c *Cluster) Close() error {
	var errs []error
	for _, conn := range c.conns {
		errs = append(errs, conn.Close())
	}
	return errors.Join(errs...)
}

// String names the cluster for people, without secrets.
func (c *Cluster) String() string { return c.opts.String() }

// Query asks in Dgraph's query language and returns the answer as JSON. The
// values of vars stand for the variables that the query declares, "$a" for
// one named a; they, and not the text, should carry what comes from outside.
// Queries see all that was committed before.
func (c *Cluster) Query(ctx context.Context, dql string, vars map[string]string) ([]byte, error) {
	var answer []byte
	err := c.repeat(ctx, c.opts.patience(), func(ctx context.Context) error {
		resp, err := c.dg.NewReadOnlyTxn().QueryWithVars(ctx, dql, vars)
		answer = resp.GetJson()
		return err
	})
	return answer, err
}

// ask is Query with the answer unpacked.
func (c *Cluster) ask(ctx context.Context, dql string, vars map[string]string, into any) error {
	answer, err := c.Query(ctx, dql, vars)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("%s: the answer is not as expected: %w", c, err)
	}
	return nil
}

// repeat calls try until it succeeds, fails for good, or patience is over.
// Each call has the time of one request.
func (c *Cluster) repeat(ctx context.Context, patience time.Duration, try func(context.Context) error) error {
	begun := time.Now()
	pause := time.Millisecond
	freshLogin := false
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		one, cancel := context.WithTimeout(ctx, c.opts.timeout())
		err := try(one)
		cancel()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		when := retryable(err)
		if when == afterLogin {
			if c.opts.User == "" {
				return fmt.Errorf("%s: the cluster wants to know who asks: put a user into %s and a password into %s: %w", c, EnvUser, EnvPassword, err)
			}
			if freshLogin {
				return fmt.Errorf("%s: %w", c, err)
			}
			freshLogin = true
			if err := c.logIn(ctx); errors.Is(err, errRefused) {
				return fmt.Errorf("%s: %w", c, err)
			}
		}
		if when == never {
			return fmt.Errorf("%s: %w", c, err)
		}
		if waited := time.Since(begun); waited > patience {
			return fmt.Errorf("%s: given up after %v: no server answers as it should; is the cluster up, and is the port that of gRPC (%s)? %w",
				c, waited.Round(time.Second), defaultPort, err)
		}
		most := 2 * time.Second
		if when == soon {
			most = 50 * time.Millisecond
		}
		pause = min(2*pause, most)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause/2 + rand.N(pause)):
		}
	}
}

// patience tells when to try again after an error.
type patience int

const (
	never patience = iota
	soon           // another transaction was faster
	later          // the server is away or busy
	afterLogin
)

func retryable(err error) patience {
	text := err.Error()
	code := status.Code(err)
	if s := (interface{ GRPCStatus() *status.Status })(nil); errors.As(err, &s) {
		code = s.GRPCStatus().Code()
	}
	switch {
	case errors.Is(err, errRefused):
		return never
	case errors.Is(err, dgo.ErrAborted), code == codes.Aborted, errors.Is(err, errUnsettled):
		return soon
	// A wrong certificate does not become right by waiting.
	case strings.Contains(text, "tls: "), strings.Contains(text, "x509: "):
		return never
	case code == codes.Unavailable, code == codes.ResourceExhausted, code == codes.DeadlineExceeded,
		errors.Is(err, context.DeadlineExceeded):
		return later
	case code == codes.Unauthenticated, strings.Contains(text, "no accessJwt available"),
		strings.Contains(text, "invalid username or password"): // an old token cannot be renewed either
		return afterLogin
	case code == codes.InvalidArgument, code == codes.PermissionDenied:
		return never
	}
	// The servers tell most of their troubles by text only.
	for _, sign := range []string{"retry", "not ready", "not leader", "No connection exists", "Unable to reach leader", "overloaded",
		"transport is closing", "connection refused", "context deadline exceeded", "raft: stopped", "Only leader", "StartTs"} {
		if strings.Contains(text, sign) {
			if strings.Contains(text, "aborted") {
				return soon
			}
			return later
		}
	}
	return never
}
