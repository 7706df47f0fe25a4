public import Broker
import Foundation

/// What plays the IdP, and the browser in between, for one connection.
///
/// An upstream is made for a bench and puts its answers on the bench's transport. It is honest and strict: it refuses a
/// request that a real IdP would refuse.
public protocol ScriptedUpstream: Sendable {
    /// What happens in the browser after this step, and how it comes back.
    ///
    /// Throws where a real IdP would show an error page instead of coming back.
    func visit(_ action: LoginStep.Action, _ visit: KitVisit) async throws(KitFailure) -> KitArrival

    /// What this upstream has given away so far and nobody may find in a log: codes, tokens, assertions.
    var marks: [String] { get }

    /// The ID token that was given last; nil where the IdP gives none.
    var idToken: String? { get }

    /// How the upstream answers the next refresh; only where it gives something to refresh with.
    func setRefresh(_ behaviour: KitRefresh)

    /// A logout message of the kind that the IdP sends to `logout`, for the session that was given last; nil where the
    /// IdP sends none.
    func logoutMessage(_ fault: LogoutFault?) throws(KitFailure) -> KitArrival?
}

extension ScriptedUpstream {
    /// Nothing.
    public var marks: [String] { [] }

    /// None.
    public var idToken: String? { nil }

    /// Nothing to refresh with.
    public func setRefresh(_ behaviour: KitRefresh) {}

    /// None.
    public func logoutMessage(_ fault: LogoutFault?) throws(KitFailure) -> KitArrival? { nil }
}

/// Who visits the IdP, and what they do there.
public struct KitVisit: Sendable {
    /// What a person does at the IdP.
    public enum Deed: Sendable {
        /// Signs in.
        case signsIn
        /// Is not let in by the IdP, or goes back.
        case isRefused
    }

    /// Who it is.
    public var person: KitPerson
    /// What they do.
    public var deed: Deed

    /// A visit.
    public init(_ person: KitPerson = .alice, _ deed: Deed = .signsIn) {
        self.person = person
        self.deed = deed
    }

    /// Alice signs in.
    public static let honest = KitVisit()
}

/// A person as the IdP knows them.
public struct KitPerson: Sendable, Hashable {
    /// What stays the same for the person; a shape makes the vendor's form of it.
    public var subject: String
    /// The address.
    public var email: String
    /// The name.
    public var name: String
    /// Group memberships.
    public var groups: [String]

    /// A person.
    public init(subject: String, email: String, name: String, groups: [String] = []) {
        self.subject = subject
        self.email = email
        self.name = name
        self.groups = groups
    }

    /// Alice of Acme.
    public static let alice = KitPerson(
        subject: "11111111-0000-4000-8000-000000000011", email: "alice@acme.example", name: "Alice",
        groups: ["support", "staff"])

    /// Bob of Acme.
    public static let bob = KitPerson(
        subject: "22222222-0000-4000-8000-000000000022", email: "bob@acme.example", name: "Bob")

    /// The same person with another address.
    public func with(email: String) -> KitPerson {
        var person = self
        person.email = email
        return person
    }
}

/// How a browser comes back: what a `LoginCallback` is made of, so that a rule can spoil it.
public struct KitArrival: Sendable {
    /// How it came.
    public var method: LoginCallback.Method
    /// Where it came to.
    public var endpoint: CallbackEndpoint
    /// Its parameters in order.
    public var parameters: [(String, String)]

    /// An arrival.
    public init(
        _ method: LoginCallback.Method, endpoint: CallbackEndpoint = .login, _ parameters: [(String, String)]
    ) {
        self.method = method
        self.endpoint = endpoint
        self.parameters = parameters
    }

    /// The value of a parameter; setting nil takes it away.
    public subscript(name: String) -> String? {
        get { parameters.first { $0.0 == name }?.1 }
        set {
            let place = parameters.firstIndex { $0.0 == name } ?? parameters.endIndex
            parameters.removeAll { $0.0 == name }
            if let newValue { parameters.insert((name, newValue), at: min(place, parameters.endIndex)) }
        }
    }

    /// The callback as a module gets it.
    public func callback() throws(LoginError) -> LoginCallback {
        let text = Data(parameters.map { "\(Self.escaped($0))=\(Self.escaped($1))" }.joined(separator: "&").utf8)
        return try LoginCallback(
            method: method, endpoint: endpoint, rawQuery: method == .get ? text : Data(),
            rawBody: method == .post ? text : Data())
    }

    private static func escaped(_ value: String) -> String {
        var allowed = CharacterSet(charactersIn: "-._~")
        allowed.insert(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        return value.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }
}

/// How an upstream answers a refresh.
public enum KitRefresh: String, Sendable, CaseIterable {
    /// Access goes on, nothing new is said about the person.
    case same
    /// Access goes on, with a new statement about the person.
    case updated
    /// Access was taken away.
    case revoked
    /// Nobody can be reached.
    case down
}

/// What is wrong with a logout message.
public enum LogoutFault: String, Sendable, CaseIterable {
    /// Signed by another key.
    case otherKey
    /// Made for another client.
    case otherAudience
    /// Made by another issuer.
    case otherIssuer
    /// Carries a nonce (Back-Channel Logout 2.4: must not).
    case nonce
    /// Does not say that it is a logout.
    case noEvents
    /// Names neither session nor person.
    case noTarget
    /// Is an ID token.
    case idToken
    /// Has no identifier, so that it can be replayed.
    case noIdentifier
    /// Is out of date.
    case expired
}
