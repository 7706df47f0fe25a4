/// Has private keys of its own: it signs what it sends, or decrypts what it gets.
///
/// The engine makes the keys with the connection, keeps them sealed, and hands them over in `ProviderContext.keys`: the
/// current key of each algorithm, then the next one of each, then those that served before, newest first. A module signs
/// with the current key, publishes current and next, and decrypts with all. After a rotation the connection is made anew.
///
/// A connection gets the kinds that its settings need, and no keys where they need none.
///
/// Where settings are only judged, before a connection is stored, there are no keys yet: making a connection must not
/// need them.
public protocol KeyHolder: IdentityProvider {
    /// The kinds of key that a connection needs, one pair at a time of each.
    static var keyAlgorithms: [ConnectionKeyAlgorithm] { get }

    /// The kinds of key that a connection with these settings needs; all of them unless the module says otherwise.
    static func keyAlgorithms(for settings: Settings) -> [ConnectionKeyAlgorithm]
}

extension KeyHolder {
    /// All of them.
    public static func keyAlgorithms(for settings: Settings) -> [ConnectionKeyAlgorithm] { keyAlgorithms }
}

/// A kind of key pair that the engine makes for connections.
public enum ConnectionKeyAlgorithm: String, Sendable, Hashable, Codable, CaseIterable {
    /// RSA with a modulus of 2048 bits: signs RSA-SHA256 and decrypts RSA-OAEP.
    case rsa2048 = "RSA-2048"
    /// ECDSA on the curve P-256: signs ES256.
    case p256 = "P-256"
}

/// Can be configured to accept what is weaker than the standard, up to a day.
public protocol ExceptionHolder: IdentityProvider {
    /// What this connection is allowed for now, ended exceptions included.
    var exceptions: [WeakeningException] { get }
}

/// A weaker algorithm or check that an operator allows until a moment.
///
/// The engine records every change of one, and warns of it while it lasts. The module itself stops honouring it.
public struct WeakeningException: Sendable, Hashable {
    /// Its name, as settings write it.
    public var name: String
    /// When it ends.
    public var until: Timestamp

    /// An exception.
    public init(name: String, until: Timestamp) {
        self.name = name
        self.until = until
    }
}
