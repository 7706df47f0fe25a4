import Broker
import BrokerModel

/// What the console of the other side asks for when it is told about a facade.
enum FacadeConsole: String {
    case openid
    case saml

    init?(_ kind: FacadeKind) { self.init(rawValue: kind.rawValue) }

    /// One thing to enter, or one thing that was entered here.
    struct Entry {
        /// The JSON name.
        var name: String
        var label: String
        var value: SettingsValue?

        init(_ name: String, _ label: String, _ value: SettingsValue?) {
            (self.name, self.label, self.value) = (name, label, value)
        }

        init(_ name: String, _ label: String, _ text: String) { self.init(name, label, .string(text)) }

        /// For a person: a list has a line each.
        var lines: [String] {
            let values: [SettingsValue] = if case .array(let list) = value { list } else { [value].compactMap(\.self) }
            return values.isEmpty ? ["\(label): -"] : values.map { "\(label): \($0.text ?? "-")" }
        }
    }

    /// The route of the document that says the same.
    var publishedRoute: String {
        switch self {
        case .openid: ".well-known/openid-configuration"
        case .saml: "metadata"
        }
    }

    /// The route of the certificates as PEM, where there are any.
    var certificatesRoute: String? {
        switch self {
        case .openid: nil
        case .saml: "certificates"
        }
    }

    /// What to enter there.
    ///
    /// - Parameter root: Where the facade's URLs begin.
    func offered(root: String) -> [Entry] {
        switch self {
        case .openid:
            [
                Entry("issuer", "issuer", root), Entry("discoveryURL", "discovery URL", "\(root)/\(publishedRoute)"),
            ]
        case .saml:
            [
                Entry("entityID", "entityID", "\(root)/metadata"), Entry("ssoURL", "SSO URL", "\(root)/sso"),
                Entry("sloURL", "SLO URL", "\(root)/slo"),
                Entry("metadataURL", "metadata URL", "\(root)/\(publishedRoute)"),
            ]
        }
    }

    /// What the console gave and is registered here.
    func registered(_ settings: SettingsValue) -> [Entry] {
        switch self {
        case .openid:
            [
                Entry("clientID", "client ID", settings["clientID"]),
                Entry("redirectURIs", "registered redirect URI", settings["redirectURIs"]),
            ]
        case .saml:
            [
                Entry("spEntityID", "registered entityID of the SP", settings["entityID"]),
                Entry("acsURL", "registered ACS URL", settings["acsURL"]),
            ]
        }
    }
}
