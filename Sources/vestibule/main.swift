import AzureB2CProvider
import BrokerCommands
import CognitoProvider
import EmailCodeProvider
import EntraProvider
import GoogleProvider
import KeycloakProvider
import OAuth2Provider
import OIDCProvider
import OktaProvider
import OpenIDFacade
import SAMLFacade
import SAMLProvider

await Vestibule.run(
    providers: [
        OIDCProvider.self, SAMLProvider.self, GoogleProvider.self, CognitoProvider.self, KeycloakProvider.self,
        AzureB2CProvider.self, EntraProvider.self, OktaProvider.self, OAuth2Provider.self,
        EmailCodeProvider.self,
    ], facades: [.openID, .saml])
