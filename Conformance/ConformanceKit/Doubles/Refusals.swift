public import Broker

/// What a call refuses with; nil where it does not.
public func refusal<Value: Sendable>(_ body: () async throws(LoginError) -> Value) async -> LoginError? {
    do throws(LoginError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// The paths of what a kind refuses settings for; none where it loads.
///
/// A setting that is null is left out.
public func settingsProblems(
    _ type: any IdentityProvider.Type, _ settings: Claims, _ context: ProviderContext
) -> [String] {
    do throws(SettingsError) {
        _ = try ProviderRegistry([type]).makeProvider(
            type.kind, id: "acme", settings: .object(settings.filter { $0.value != .null }),
            version: type.settingsVersion, context: context)
        return []
    } catch {
        return error.problems.map { $0.path.joined(separator: ".") }
    }
}
