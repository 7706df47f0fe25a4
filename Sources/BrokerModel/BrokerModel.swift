// BrokerModel is what the broker knows, as values: login, directory and SQL meet here and nowhere else.
//
// - `Resources/`  what operators configure: organizations, connections, sites, mappings
// - `People/`     customers and the identities linked to them
// - `Logins/`     logins under way
// - `Sessions/`   sessions, their handles and revocations
// - `Keys/`       signing keys through their life
// - `Audit/`      the event catalogue and the chained record
// - `Store/`      the protocols that a store implements
