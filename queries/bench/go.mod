module faultline/queries/bench

go 1.26.0

require (
	faultline v0.0.0
	github.com/marcboeker/go-duckdb/v2 v2.4.3
)

require (
	github.com/duckdb/duckdb-go-bindings/linux-amd64 v0.1.21 // indirect
	github.com/go-viper/mapstructure/v2 v2.4.0 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/klauspost/cpuid/v2 v2.3.0 // indirect
	github.com/marcboeker/go-duckdb/mapping v0.0.21 // indirect
	github.com/zeebo/xxh3 v1.1.0 // indirect
)

replace faultline => ../..
