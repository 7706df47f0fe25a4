import Foundation

/// The provider kinds that an executable was built with.
///
/// There is no global registration: the executable hands its kinds in, and two kinds with one name are refused.
public struct ProviderRegistry: Sendable {
    private let types: [ProviderKind: any IdentityProvider.Type]

    /// A registry of these kinds.
    ///
    /// - Throws: When two kinds share a name.
    public init(_ types: [any IdentityProvider.Type]) throws(SettingsError) {
        var byKind: [ProviderKind: any IdentityProvider.Type] = [:]
        for type in types where byKind.updateValue(type, forKey: type.kind) != nil {
            throw SettingsError(at: [], "two provider modules are named \(type.kind)")
        }
        self.types = byKind
    }

    /// The known kinds, sorted.
    public var kinds: [ProviderKind] { types.keys.sorted() }

    /// The module of a kind.
    public func type(of kind: ProviderKind) -> (any IdentityProvider.Type)? { types[kind] }

    /// Makes a connection: checks the settings against the form, migrates and decodes them, and calls the module.
    ///
    /// - Throws: Every problem that was found, with its path.
    public func makeProvider(
        _ kind: ProviderKind, id: ConnectionID, settings: SettingsValue, version: Int, context: ProviderContext
    ) throws(SettingsError) -> any IdentityProvider {
        guard let type = types[kind] else {
            let known = kinds.map(\.rawValue).joined(separator: ", ")
            throw SettingsError(at: ["kind"], "\(kind) is not a provider kind here; known: \(known)")
        }
        return try Self.open(type, id: id, settings: settings, version: version, context: context)
    }

    /// The kinds of key that a connection with these settings needs; none where they cannot be read.
    package func keyAlgorithms(
        of kind: ProviderKind, settings: SettingsValue, version: Int
    ) -> [ConnectionKeyAlgorithm] {
        guard let type = types[kind] as? any KeyHolder.Type else { return [] }
        return Self.keyAlgorithms(of: type, settings: settings, version: version)
    }

    private static func keyAlgorithms<Holder: KeyHolder>(
        of type: Holder.Type, settings: SettingsValue, version: Int
    ) -> [ConnectionKeyAlgorithm] {
        do throws(SettingsError) {
            return type.keyAlgorithms(for: try decode(type, settings, version: version))
        } catch {
            return []
        }
    }

    private static func open<Provider: IdentityProvider>(
        _ type: Provider.Type, id: ConnectionID, settings: SettingsValue, version: Int, context: ProviderContext
    ) throws(SettingsError) -> any IdentityProvider {
        try Provider(id: id, settings: decode(type, settings, version: version), context: context)
    }

    private static func decode<Provider: IdentityProvider>(
        _ type: Provider.Type, _ settings: SettingsValue, version: Int
    ) throws(SettingsError) -> Provider.Settings {
        let json = settings.canonicalJSON
        guard version == type.settingsVersion else {
            guard version < type.settingsVersion else {
                throw SettingsError(at: [], "these settings were written by a newer version of kind \(type.kind)")
            }
            return try type.migrate(json, from: version)
        }
        let problems = type.form.problems(in: settings)
        guard problems.isEmpty else { throw SettingsError(problems) }
        do {
            return try JSONDecoder().decode(Provider.Settings.self, from: json)
        } catch {
            throw SettingsError(at: decodingPath(error), "cannot be read as settings of kind \(type.kind)")
        }
    }

    private static func decodingPath(_ error: any Error) -> [String] {
        switch error as? DecodingError {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
        case .keyNotFound(let key, let context): (context.codingPath + [key]).map(\.stringValue)
        default: []
        }
    }
}
