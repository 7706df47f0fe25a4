import Broker
import BrokerEngine
import BrokerModel
import Foundation
import OpenIDConnect

/// A request that waits: for a login, or for the browser to come back with its cookies.
enum KeptRequest: Codable {
    /// A request for a code; `isAsked` where the person was sent to sign in for it.
    case authorization(AuthorizationQuery, isAsked: Bool)
    /// A sign-out.
    case endSession(EndSessionQuery)
}

/// What a code stands for; the session is the grant's own.
struct CodeContent: Codable {
    var redirectURI: String
    var scopes: [String]
    var nonce: String?
    var challenge: String?
}

/// What an access token stands for; the session is the grant's own.
struct AccessTokenContent: Codable {
    var subject: String
    var scopes: [String]
}

extension OpenIDFacade {
    /// Keeps a request; returns where the browser comes back to, below the root.
    func keep(_ request: KeptRequest) async throws(FacadeError) -> String {
        let value = try await host.hand(try encoded(request), as: .request, lifetime: Self.requestLifetime)
        return "resume?request=\(value.reveal())"
    }

    /// The browser comes back by itself: a cross-site POST has no cookies, the GET after it has.
    func comeBack(with request: KeptRequest) async throws(FacadeError) -> FacadeResponse {
        .step(.redirect(try url("\(issuer)/\(try await keep(request))")))
    }

    func encoded(_ value: some Encodable) throws(FacadeError) -> Data {
        do { return try JSONEncoder().encode(value) } catch {
            throw FacadeError(.configurationInvalid, detail: "what is kept cannot be written", underlying: error)
        }
    }

    /// What was kept by another version is not there.
    func decoded<Value: Decodable>(_ data: Data) -> Value? { try? JSONDecoder().decode(Value.self, from: data) }

    func url(_ text: String) throws(FacadeError) -> URL {
        guard let url = URL(string: text) else {
            throw FacadeError(.configurationInvalid, detail: "an address cannot be written as a URL")
        }
        return url
    }
}

extension FacadeError {
    /// A refusal by one of the protocol's checks.
    init(_ error: ProviderError) {
        let code: Code =
            switch error.code {
            case .unknownClient: .clientUnknown
            case .redirectURIMismatch: .redirectURIMismatch
            case .malformedRequest: .malformedRequest
            case .invalidClient: .clientAuthentication
            case .invalidGrant, .invalidToken: .grantInvalid
            case .loginRequired: .loginRequired
            default: .messageRefused
            }
        self.init(code, detail: error.reason, rule: error.rule)
    }
}
