import Broker
package import OpenIDConnect

extension OIDCProvider {
    /// What is peculiar to a vendor, as a document: an OpenID Provider without a module of its own.
    ///
    /// A profile fills in settings and adds checks. It has no word for what the protocol and the engine check, so that it
    /// can only tighten them; what it says beyond that is held against `problems` before anything is built from it.
    /// Texts with `{variable}` are templates; one whose optional variable is not given is left out.
    package struct Profile: Codable, Sendable, Hashable {
        /// Its short name.
        package var name: String
        /// The vendor's name for people.
        package var title: String
        /// Raised when the document changes.
        package var version: Int
        /// Template of the issuer, octet for octet.
        package var issuer: String
        /// Template of the discovery document's address where it is not the standard one.
        package var discovery: String?
        /// What the operator fills in.
        package var variables: [String: Variable]?
        /// Scopes that are always asked for.
        package var scopes: [String]?
        /// Scopes that the vendor refuses.
        package var refusedScopes: [String]?
        /// Templates of further parameters of the authorization request.
        package var authorizationParameters: [String: String]?
        /// How the browser comes back.
        package var responseMode: ResponseMode?
        /// Algorithms that the vendor signs with.
        package var signingAlgorithms: [String]?
        /// What the token endpoint takes, the usual one first.
        package var tokenEndpointAuthMethods: [Settings.TokenEndpointAuthMethod]?
        /// Templates of claim names.
        package var claims: Settings.ClaimNames?
        /// Templates of further claims that mappings need, so that UserInfo is asked where they are missing.
        package var attributes: [String]?
        /// What may speak for an address; several leave the choice to the operator.
        package var emailEvidence: [Settings.EmailEvidence]?
        /// Claims of the ID token with the one value that each must have, as templates.
        package var requiredClaims: [String: String]?
        /// Whether the ID token may name no audience beside ours.
        package var soleAudience: Bool?
        /// When UserInfo is asked.
        package var userInfo: Settings.UserInfoUse?
        /// How the browser signs out.
        package var logout: Logout?
        /// What to check at the vendor, for `connection status`.
        package var notes: [String]?
        /// What the operator does at the vendor, step by step.
        package var help: [String]?

        /// A profile with what every one has.
        package init(name: String, title: String, version: Int, issuer: String) {
            self.name = name
            self.title = title
            self.version = version
            self.issuer = issuer
        }
    }
}

extension OIDCProvider.Profile {
    /// What an operator fills in.
    package struct Variable: Codable, Sendable, Hashable {
        /// What it is and where the vendor's console shows it.
        package var help: String
        /// A value as it would be typed.
        package var example: String
        /// The form of its values.
        package var pattern: Pattern?
        /// Its values, where they are few.
        package var oneOf: [String]?
        /// The value that holds when none is given.
        package var standard: String?
        /// Whether it may be left out.
        package var optional: Bool?

        /// A variable.
        package init(
            help: String, example: String, pattern: Pattern? = nil, oneOf: [String]? = nil, standard: String? = nil,
            optional: Bool? = nil
        ) {
            self.help = help
            self.example = example
            self.pattern = pattern
            self.oneOf = oneOf
            self.standard = standard
            self.optional = optional
        }
    }

    /// How the browser signs out at the vendor.
    package struct Logout: Codable, Sendable, Hashable {
        /// Whether there is a way at all; `false` makes no attempt.
        package var supported: Bool?
        /// How `end_session_endpoint` is asked.
        package var method: OIDCProvider.Settings.EndSessionMethod?
        /// The member of the metadata that holds the endpoint where `end_session_endpoint` is absent.
        package var metadata: String?
        /// Template of a link where the metadata has no endpoint: `{clientID}`, `{returnURL}` and `{state}` are filled in.
        package var link: String?

        /// A way out.
        package init(
            supported: Bool? = nil, method: OIDCProvider.Settings.EndSessionMethod? = nil, metadata: String? = nil,
            link: String? = nil
        ) {
            self.supported = supported
            self.method = method
            self.metadata = metadata
            self.link = link
        }
    }
}
