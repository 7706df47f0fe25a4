/// One statement about the person, with where it was made.
public struct Claim: Sendable, Hashable {
    /// Where a statement was made.
    public enum Provenance: String, Sendable, Codable {
        /// A verified ID token.
        case idToken = "id_token"
        /// The UserInfo endpoint, `sub` compared.
        case userInfo = "userinfo"
        /// A verified SAML assertion.
        case assertion
        /// A verified access token.
        case accessToken = "access_token"
        /// The vendor's API.
        case api
    }

    /// The name as the IdP wrote it.
    public var name: String
    /// SAML's NameFormat, where there is one.
    public var nameFormat: String?
    /// The values as text, in order; numbers and booleans as JSON writes them.
    public var values: [String]
    /// Where it was said.
    public var provenance: Provenance

    /// A claim.
    public init(_ name: String, nameFormat: String? = nil, values: [String], from provenance: Provenance) {
        self.name = name
        self.nameFormat = nameFormat
        self.values = values
        self.provenance = provenance
    }
}
