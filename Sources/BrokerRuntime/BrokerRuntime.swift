// BrokerRuntime puts the broker together: what an operator wrote, the store, the engine, the server and the signals.
//
// - `Documents/`      YAML with positions, and shapes: one description from which checks, schemas and overrides come
// - `Configuration/`  `ServerConfiguration`: one file, the environment over it, and the refusal of weak settings
// - `Resources/`      `ResourceDocument`: organizations, connections and sites, read and written back
// - `Secrets/`        secrets from the environment and from files
// - `Logging/`        one JSON object or one line of text a record
// - `Running/`        `Installation` for server and command line alike; `BrokerService` for the server
