import BrokerCommands
import OIDCProvider

await Vestibule.run(providers: [OIDCProvider.self])
