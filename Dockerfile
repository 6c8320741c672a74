# faultline in a small image: one static program, without root.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /faultline ./cmd/faultline

FROM alpine:3.22
RUN apk add --no-cache ca-certificates tzdata \
	&& adduser -D -H -u 65532 faultline \
	&& mkdir -p /var/lib/faultline /etc/faultline \
	&& chown 65532:65532 /var/lib/faultline
COPY --from=build /faultline /usr/local/bin/faultline
USER 65532:65532
WORKDIR /var/lib/faultline
# The read models of stores on a cluster, and what the scheduled loads remember.
ENV FAULTLINE_SERIES=/var/lib/faultline/series
ENV FAULTLINE_STATE=/var/lib/faultline/state
VOLUME /var/lib/faultline
EXPOSE 9464
ENTRYPOINT ["faultline"]
CMD ["watch", "-c", "/etc/faultline/faultline.yaml", "--metrics", ":9464", "--log", "json"]
