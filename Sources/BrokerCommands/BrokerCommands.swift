// BrokerCommands is the command line: `vestibule serve` and everything that an operator does beside it.
//
// An executable names the provider modules that it was built with and hands over to `Vestibule.run`. There is one file
// per command; `Support/` holds what they share. Commands work on the store: a running server picks changes up at once.
