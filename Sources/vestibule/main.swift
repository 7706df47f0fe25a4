import BrokerCommands
import OIDCProvider
import SAMLProvider

await Vestibule.run(providers: [OIDCProvider.self, SAMLProvider.self])
