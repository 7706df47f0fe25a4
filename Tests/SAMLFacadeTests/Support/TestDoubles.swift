import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Logging
import Synchronization

/// A clock that stands until a test moves it.
final class TestClock: Sendable {
    private let moment = Mutex(Timestamp(seconds: 1_780_000_000))

    var now: Timestamp { moment.withLock { $0 } }
    var source: TimeSource { TimeSource { [self] in now } }

    func advance(by duration: Duration) { moment.withLock { $0 = $0 + duration } }
}

/// A witness that believes every key.
struct Believer: KeyProbe {
    func accepts(token: String, publicKeyPEM: String, algorithm: String) -> Bool { true }
}

/// There is no network in these tests.
struct NoTransport: HTTPTransport {
    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        throw TransportError(.unreachable, detail: "no network here")
    }
}

/// An IdP that vouches for whomever the callback names.
struct EchoProvider: IdentityProvider {
    struct Settings: Codable, Sendable {}

    static let kind: ProviderKind = "echo"
    static let form = SettingsForm([])
    static let settingsVersion = 1

    private let id: ConnectionID
    private let time: TimeSource

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        (self.id, time) = (id, context.time)
    }

    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep {
        LoginStep(.redirect(request.callbackURL), state: LoginState(Data()))
    }

    func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome {
        guard let email = EmailAddress(callback.parameters["email"] ?? "") else {
            throw LoginError(.malformedRequest, detail: "names nobody")
        }
        let groups = callback.parameters["groups"].map {
            GroupSet($0.split(separator: ",").map(String.init), completeness: .complete)
        }
        return .identity(
            VerifiedIdentity(
                subject: SubjectKey(connection: id, issuer: "https://idp.example", subject: "of \(email)"),
                email: Email(email, evidence: .idpVerified), displayName: callback.parameters["name"],
                groups: groups ?? .unsupported,
                authentication: AuthenticationContext(
                    acr: callback.parameters["acr"],
                    authTime: time.now + .seconds(Int64(callback.parameters["ahead"] ?? "") ?? 0))))
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ what: String) { description = "expected \(what)" }
}
