import Broker
import ConformanceKit
import Dispatch
import Foundation
import HTTPTypes
import JOSE
import Synchronization

extension SmallProvider {
    /// What it keeps between logins.
    final class Kept: Sendable {
        let document = Mutex<JSONObject?>(nil)
        let keys = Mutex<JSONObject?>(nil)
        let isThere = Mutex(false)
    }

    /// The OP's metadata.
    func document() async throws(LoginError) -> JSONObject {
        if let document = kept.document.withLock({ $0 }), !has(.keepsNothing) { return document }
        let document = try await object(OutboundRequest(url: try url(at("/.well-known/openid-configuration"))))
        guard has(.skipsDocumentIssuer) || document.string("issuer") == settings.issuer else {
            throw LoginError(.issuerMismatch, detail: "the document is another's")
        }
        guard has(.takesPlainHTTP) || document.string("token_endpoint")?.hasPrefix("https:") == true else {
            throw LoginError(.upstreamInvalid, detail: "an endpoint is not https")
        }
        kept.document.withLock { $0 = document }
        return document
    }

    /// The OP's keys.
    func keys(isAnew: Bool) async throws(LoginError) -> JSONObject {
        if let keys = kept.keys.withLock({ $0 }), !isAnew, !has(.keepsNothing) { return keys }
        let keys = try await object(OutboundRequest(url: try url(at("/jwks"))))
        if has(.refusesOtherKeys), keys.text.contains("AKP") {
            throw LoginError(.upstreamInvalid, detail: "a key of another kind")
        }
        kept.keys.withLock { $0 = keys }
        return keys
    }

    /// Asks the OP for nothing in particular, and takes an outage for a fault of our own.
    func requireOP() async throws(LoginError) {
        do throws(LoginError) {
            _ = try await object(OutboundRequest(url: try url(at("/jwks"))))
        } catch {
            throw LoginError(.providerMisbehaved, detail: "the OP is away")
        }
    }

    /// Holds the thread until the OP has answered.
    func waitForOP() throws(SettingsError) {
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            let isThere = (try? await requireOP()) != nil
            kept.isThere.withLock { $0 = isThere }
            done.signal()
        }
        _ = done.wait(timeout: .now() + .seconds(20))
        guard kept.isThere.withLock({ $0 }) else { throw SettingsError(at: ["issuer"], "does not answer") }
    }

    /// The JSON object that a place answers.
    func object(_ request: OutboundRequest, refusals: Bool = false) async throws(LoginError) -> JSONObject {
        var response = try await sent(request)
        if has(.followsRedirects), let place = response.headerFields[.location] {
            response = try await sent(OutboundRequest(url: try url(place)))
        }
        guard response.status == .ok || (refusals && response.status == .badRequest),
            let object = try? JSONObject.parse(response.body)
        else {
            throw LoginError(
                has(.callsBadAnswersBugs) ? .providerMisbehaved : .upstreamInvalid, detail: "the answer is none")
        }
        return object
    }

    /// Whatever a place answers.
    func sent(_ request: OutboundRequest) async throws(LoginError) -> OutboundResponse {
        do throws(TransportError) {
            return try await context.transport.send(request)
        } catch {
            let code: LoginError.Code = has(.callsOutagesBugs) ? .providerMisbehaved : .upstreamUnavailable
            throw LoginError(code, detail: error.code.rawValue)
        }
    }
}
