package import Broker
import OpenIDConnect

extension OIDCProvider.Settings.TokenEndpointAuthMethod {
    /// The methods that a client secret is for.
    package static let withSecret = [basic, post, clientSecretJWT].map(\.rawValue)

    /// Whether the method needs the client secret.
    package var needsSecret: Bool { Self.withSecret.contains(rawValue) }

    /// What is wrong with a secret beside this method.
    package func problems(secret: SecretReference?, expires day: String?) -> [SettingsError.Problem] {
        var problems: [SettingsError.Problem] = []
        if needsSecret, secret == nil {
            problems.append(
                .init(path: ["clientSecret"], text: "is required with tokenEndpointAuthMethod: \(rawValue)"))
        }
        if let day, CivilDate.endOfDay(day) == nil {
            problems.append(.init(path: ["clientSecretExpires"], text: "must be a day, YYYY-MM-DD"))
        }
        return problems
    }
}

extension OIDCProvider.Settings.ClientAssertionAlgorithm {
    /// The kind of key that the engine makes for it.
    package var keyAlgorithm: ConnectionKeyAlgorithm {
        switch self {
        case .es256: .p256
        case .rs256, .ps256: .rsa2048
        }
    }
}

extension OIDCProvider.Settings {
    /// The kinds of key that these settings need: none unless the client authenticates by one.
    package var keyAlgorithms: [ConnectionKeyAlgorithm] {
        tokenEndpointAuthMethod == .privateKeyJWT ? [clientAssertionAlgorithm.keyAlgorithm] : []
    }
}
