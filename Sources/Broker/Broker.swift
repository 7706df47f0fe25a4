// Broker is the provider SPI: everything that an identity-provider module needs and nothing that it does not.
//
// A module conforms to `IdentityProvider`, adds abilities by conforming to the protocols in `Abilities/`, and is handed
// to `Vestibule.run(providers:)`. It never sees a request object, a cookie, a database or a user model: it gets values,
// a guarded transport and a clock, and gives back a `VerifiedIdentity` that the engine checks again.
//
// - `Login/`      the two calls of a login, the values they exchange, and how a login fails
// - `Identity/`   what a connection proved
// - `Settings/`   what an operator configures, described so that forms, prompts and schemas can be generated
// - `Context/`    what a module may use: transport, mail, keys, memory, time, randomness, secrets
// - `Abilities/`  what a module can do beyond a login
// - `Addresses/`  the one parser for e-mail addresses and domains
