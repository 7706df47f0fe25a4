import Broker
import ConformanceKit
import Foundation
import JOSE

extension SmallProvider: SessionRefresher {
    func refresh(_ session: UpstreamSession, of subject: SubjectKey) async throws(LoginError) -> RefreshOutcome {
        do throws(LoginError) {
            let token = String(decoding: session.handle, as: UTF8.self)
            let tokens = try await tokens([("grant_type", "refresh_token"), ("refresh_token", token)])
            let next = has(.losesRefreshToken) ? "" : tokens.string("refresh_token") ?? token
            let kept = UpstreamSession(sessionID: session.sessionID, handle: Data(next.utf8))
            guard tokens["id_token"] != nil, !has(.ignoresRefreshedToken) else { return .same(kept) }
            var identity = try await identity(tokens, nonce: nil)
            identity.upstream = kept
            return .updated(identity)
        } catch {
            if error.code == .upstreamUnavailable {
                return has(.endsSessionsInOutages) ? .revoked(Denial(.refusedByIdP)) : .retryLater
            }
            guard error.code == .upstreamError, !has(.goesOnAfterRevocation) else { return .same(session) }
            return .revoked(Denial(.refusedByIdP))
        }
    }
}

extension SmallProvider: UpstreamLogout {
    func beginLogout(_ request: LogoutRequest) async throws(LoginError) -> LogoutStep {
        if has(.looksUpSignOut) { try await requireOP() }
        let address = has(.forgetsReturnAddress) ? "https://elsewhere.example" : request.returnURL.absoluteString
        return .redirect(
            try url(at("/logout"), [("post_logout_redirect_uri", address), ("state", request.state)]))
    }
}

extension SmallProvider: LogoutReceiver {
    func receiveLogout(_ callback: LoginCallback) async throws(LoginError) -> LogoutNotice {
        guard let raw = callback.parameters["logout_token"] else {
            throw LoginError(.malformedRequest, detail: "logout_token is absent")
        }
        let (claims, _) = try await verified(raw, types: AllowedTypes(["logout+jwt"]))
        let names = ["iss", "aud", "jti"].map { claims.string($0) }
        let isLogout = claims["events"] != nil && claims["nonce"] == nil && claims.string("sid") != nil
        let isLive = claims.integer("exp").map { $0 + 60 > context.time.now.seconds } ?? false
        guard
            has(.believesLogouts)
                || (isLogout && isLive && names[0] == settings.issuer
                    && names[1] == settings.clientID && names[2] != nil)
        else { throw LoginError(.upstreamInvalid, detail: "no logout token of ours") }
        let once = OneTimeIdentifier(names[2] ?? raw, until: context.time.now + .seconds(600))
        return LogoutNotice(
            target: .session(issuer: settings.issuer, sessionID: claims.string("sid") ?? ""),
            oneTime: has(.takesLogoutsTwice) ? [] : [once])
    }
}

extension SmallProvider: TrustRefresher {
    func refreshTrust() async -> TrustStatus {
        TrustStatus(
            keys: [], lastGood: context.time.now, nextRefresh: nil,
            problem: has(.trustsNothing) ? "nothing is trusted" : nil)
    }
}

extension SmallProvider: SettingsLint {
    func lint() async -> [LintFinding] {
        if has(.lintsInVain) { return [LintFinding(.error, path: ["issuer"], text: "It is an issuer.")] }
        if has(.lintsElsewhere) { return [LintFinding(.note, path: ["nowhere"], text: "It is not there.")] }
        return []
    }
}

extension JSONObject {
    /// The whole number under a name.
    func integer(_ name: String) -> Int64? { if case .integer(let number)? = self[name] { number } else { nil } }
}
