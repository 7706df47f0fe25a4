import BrokerCommands
import OIDCProvider
import OpenIDFacade
import SAMLFacade
import SAMLProvider

await Vestibule.run(providers: [OIDCProvider.self, SAMLProvider.self], facades: [.openID, .saml])
