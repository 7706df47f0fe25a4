import Broker
package import Foundation
import JOSE

/// The issuers of an OP that serves many tenants by one metadata document, as Entra ID does.
///
/// The document says `https://login.microsoftonline.com/{tenantid}/v2.0`, which is nobody's issuer. A token's own `tid`
/// takes the placeholder's place, and only after it was found among the configured tenants: otherwise every tenant in
/// the world would be an issuer that is believed.
package struct TenantIssuers: Sendable, Hashable {
    /// What stands in the document for a tenant.
    package static let placeholder = "{tenantid}"

    /// The issuer as the document writes it.
    package let template: String
    private let tenants: [String]

    /// Issuers of these tenants; nil unless the placeholder is there once, and every tenant is a GUID in lower case.
    package init?(template: String, tenants: [String]) {
        guard template.components(separatedBy: Self.placeholder).count == 2, !tenants.isEmpty,
            tenants.allSatisfy({ GUIDText.canonical($0) == $0 })
        else { return nil }
        self.template = template
        self.tenants = tenants
    }

    /// The issuer of a configured tenant; nil for any other.
    package func issuer(of tenant: String) -> String? {
        tenants.first { $0.hasSameBytes(as: tenant) }
            .map { template.replacingOccurrences(of: Self.placeholder, with: $0) }
    }

    /// Whether an issuer is that of a configured tenant; the template is nobody's.
    func knows(issuer: String) -> Bool {
        tenants.contains { self.issuer(of: $0)?.hasSameBytes(as: issuer) ?? false }
    }

    /// The same for one tenant alone: the one whose issuer this is.
    ///
    /// An authorization response that names its issuer (RFC 9207) is followed by a token of that issuer and no other.
    package func limited(to issuer: String) -> TenantIssuers? {
        TenantIssuers(
            template: template,
            tenants: tenants.filter { self.issuer(of: $0)?.hasSameBytes(as: issuer) ?? false })
    }

    /// The one issuer that a token with these claims may have.
    func issuer(for claims: ClaimSet) throws(LoginError) -> String {
        guard let tenant = claims.string("tid") else {
            throw LoginError(.issuerMismatch, detail: "tid is absent or not text, so that no issuer can be expected")
        }
        guard let issuer = issuer(of: tenant) else {
            throw LoginError(.notAdmitted, detail: "tid \(Wire.quoted(tenant)) is not a configured tenant")
        }
        return issuer
    }

    /// Keys that may sign for the configured tenants.
    ///
    /// Where a shared key set says whose tokens a key signs (`issuer`), a key of another tenant is none of ours.
    func filter(_ keySet: JSONObject) -> JSONObject {
        guard let keys = keySet.array("keys") else { return keySet }
        let believed = [template] + tenants.compactMap(issuer(of:))
        var filtered = keySet
        filtered["keys"] = .array(
            keys.filter { key in
                guard let key = key.object, key.contains("issuer") else { return true }
                return believed.contains { key.string("issuer")?.hasSameBytes(as: $0) ?? false }
            })
        return filtered
    }
}

extension TokenExpectations {
    /// The same with the issuer of the token's own tenant in the template's place.
    func resolved(for claims: ClaimSet) throws(LoginError) -> TokenExpectations {
        guard let tenantIssuers else { return self }
        var expected = self
        expected.issuer = try tenantIssuers.issuer(for: claims)
        return expected
    }
}

extension RelyingParty.Configuration {
    /// A configuration whose metadata stands elsewhere than behind its issuer.
    ///
    /// The issuer is still compared octet for octet, in the metadata and in every token.
    package init(issuer: String, discoveryURL: URL, clientID: String, algorithms: [String]) {
        self.init(
            issuer: issuer, discoveryURL: discoveryURL, clientID: clientID, algorithms: algorithms, tenantIssuers: nil)
    }

    /// A configuration for several tenants of one OP.
    package init(tenants: TenantIssuers, discoveryURL: URL, clientID: String, algorithms: [String]) {
        self.init(
            issuer: tenants.template, discoveryURL: discoveryURL, clientID: clientID, algorithms: algorithms,
            tenantIssuers: tenants)
    }
}
