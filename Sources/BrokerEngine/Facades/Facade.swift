package import Broker
package import BrokerModel
package import Foundation

/// What we are toward a site's JSM: an OpenID provider, a SAML IdP.
///
/// A facade speaks one protocol and nothing else. Who the person is, whether the session lives, whether the site admits
/// them, what counts once and what is written down, is the engine's to say, through `FacadeHost`.
///
/// One value serves one site for as long as its settings stay; making one does no I/O.
package protocol Facade: Sendable {
    associatedtype Settings: Codable & Sendable
    /// Its name in configuration and in its URLs.
    static var kind: FacadeKind { get }
    /// Its settings.
    static var form: SettingsForm { get }
    /// The version of its settings.
    static var settingsVersion: Int { get }

    /// A facade of a site.
    init(settings: Settings, host: FacadeHost) throws(SettingsError)

    /// Answers a request below the facade's root; nil where there is no such route.
    ///
    /// - Throws: What refuses the request. The engine records it and the person sees a page with a reference id: nothing
    ///   is ever sent to where a request that was refused asked for.
    func respond(to request: FacadeRequest) async throws(FacadeError) -> FacadeResponse?

    /// Whether the person's browser can take a sign-out to the site.
    var signsOutByBrowser: Bool { get }

    /// Takes the browser to the site so that the site's own session ends too; nil where the site cannot be told so.
    ///
    /// The session here has ended before. The site answers at a route of the facade, with `state`.
    func beginSignOut(_ session: FacadeSession, state: String) async throws(FacadeError) -> FacadeStep?

    /// Takes the browser back to the site that asked for a sign-out, once everything has ended.
    ///
    /// - Parameter conclusion: What the facade gave with `FacadeSignOut`.
    func concludeSignOut(_ conclusion: Data, isComplete: Bool) async throws(FacadeError) -> FacadeStep

    /// Tells the site's server that a session ended, without a browser.
    func endSession(_ session: FacadeSession) async throws(FacadeError) -> FacadeEnding
}

/// Where a browser goes to next.
package enum FacadeStep: Sendable {
    /// There, with GET.
    case redirect(URL)
    /// There, with these fields.
    case formPost(URL, [FormParameter])
}

/// How telling a site's server of an end went.
package enum FacadeEnding: Sendable, Hashable {
    /// It heard.
    case told
    /// It has no address for that: its session ends by its own deadlines.
    case noBackChannel
}

/// A facade that an executable is built with.
public struct FacadeModule: Sendable {
    package let type: any Facade.Type

    /// Wraps a facade, so that a `main` can name it without knowing what facades are made of.
    package init(_ type: any Facade.Type) { self.type = type }
}

/// The facade kinds that an executable was built with.
package struct FacadeRegistry: Sendable {
    private let types: [FacadeKind: any Facade.Type]

    /// A registry of these.
    ///
    /// - Throws: When two share a name.
    package init(_ modules: [FacadeModule] = []) throws(SettingsError) {
        var types: [FacadeKind: any Facade.Type] = [:]
        for type in modules.map(\.type) where types.updateValue(type, forKey: type.kind) != nil {
            throw SettingsError(at: [], "two facades are named \(type.kind)")
        }
        self.types = types
    }

    /// The known kinds, sorted.
    package var kinds: [FacadeKind] { types.keys.sorted() }

    /// The facade of a kind.
    package func type(of kind: FacadeKind) -> (any Facade.Type)? { types[kind] }

    /// Makes a site's facade: checks the settings against the form, decodes them and calls the facade.
    ///
    /// - Throws: Every problem that was found, with its path.
    func make(_ facade: SiteFacade, host: FacadeHost) throws(SettingsError) -> any Facade {
        guard let type = types[facade.kind] else {
            let known = kinds.map(\.rawValue).joined(separator: ", ")
            throw SettingsError(
                at: [], "\(facade.kind) is not a facade here; known: \(known.isEmpty ? "none" : known)")
        }
        return try Self.open(type, facade, host: host)
    }

    private static func open<Kind: Facade>(
        _ type: Kind.Type, _ facade: SiteFacade, host: FacadeHost
    ) throws(SettingsError) -> any Facade {
        guard facade.settingsVersion == type.settingsVersion else {
            throw SettingsError(at: [], "these settings were written by another version of the facade \(type.kind)")
        }
        let problems = type.form.problems(in: facade.settings)
        guard problems.isEmpty else { throw SettingsError(problems) }
        let settings: Kind.Settings
        do {
            settings = try JSONDecoder().decode(Kind.Settings.self, from: facade.settings.canonicalJSON)
        } catch {
            throw SettingsError(at: [], "cannot be read as settings of the facade \(type.kind)")
        }
        return try Kind(settings: settings, host: host)
    }
}
