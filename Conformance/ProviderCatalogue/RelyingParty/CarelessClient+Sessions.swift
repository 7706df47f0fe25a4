import Broker
import ConformanceKit
import Foundation
import JOSE

extension CarelessClient {
    func refresh(_ session: UpstreamSession, of subject: SubjectKey) async throws(LoginError) -> RefreshOutcome {
        if forgets(.refreshIsNotTried) { return .same(session) }
        let answer: Claims
        do throws(LoginError) {
            answer = try await redeem([
                ("grant_type", "refresh_token"), ("refresh_token", String(decoding: session.handle, as: UTF8.self)),
            ])
        } catch {
            guard error.code == .upstreamError else { return .retryLater }
            return .revoked(Denial(.refusedByIdP))
        }
        guard let token = answer["id_token"]?.text else { return .same(session) }
        let claims = try await signed(token, ignoring: .signature, algorithm: .algorithm)
        try require(claims["iss"]?.text == settings.issuer, unless: .refreshIssuer, .issuerMismatch)
        try require(claims["sub"]?.text == subject.subject, unless: .refreshSubject, .subjectInvalid)
        return .updated(
            VerifiedIdentity(
                subject: subject, email: nil, displayName: nil, groups: .unsupported,
                authentication: AuthenticationContext(), upstream: session, claims: []))
    }

    var returnsLogoutState: Bool { !forgets(.takesAnyReturn) }

    func beginLogout(_ request: LogoutRequest) async throws(LoginError) -> LogoutStep {
        var query = [("client_id", settings.clientID)]
        // It keeps no ID token; what it sends in its place shows only that it sends something.
        if !forgets(.noHint) { query.append(("id_token_hint", "kept")) }
        if !forgets(.noReturn) { query.append(("post_logout_redirect_uri", request.returnURL.absoluteString)) }
        if !forgets(.noState) { query.append(("state", request.state)) }
        return .redirect(try url(try await discovery()["end_session_endpoint"]?.text, query))
    }

    func receiveLogout(_ callback: LoginCallback) async throws(LoginError) -> LogoutNotice {
        if callback.method == .get { return try frontChannel(callback) }
        let token = callback.parameters["logout_token"] ?? ""
        if forgets(.logoutIsIgnored) { throw LoginError(.notConfigured, detail: "logout") }
        let claims = try await signed(token, ignoring: .logoutSignature, algorithm: .logoutAlgorithm)
        let events: Claims = if case .object(let events)? = claims["events"] { events } else { [:] }
        try require(claims["iss"]?.text == settings.issuer, unless: .logoutIssuer, .issuerMismatch)
        try require(
            claims["aud"].map { Self.texts($0) }?.contains(settings.clientID) == true, unless: .logoutAudience,
            .audienceMismatch)
        try require(claims["nonce"] == nil, unless: .logoutNonce, .upstreamInvalid)
        try require(claims["events"] != nil, unless: .logoutEvents, .upstreamInvalid)
        if claims["events"] != nil {
            try require(
                events["http://schemas.openid.net/event/backchannel-logout"] != nil, unless: .logoutEventName,
                .upstreamInvalid)
        }
        return LogoutNotice(
            target: .session(issuer: settings.issuer, sessionID: claims["sid"]?.text ?? ""),
            oneTime: [OneTimeIdentifier("logout_token:\(claims["jti"]?.text ?? "")", until: context.time.now)])
    }

    private func frontChannel(_ callback: LoginCallback) throws(LoginError) -> LogoutNotice {
        if forgets(.frontChannelIsIgnored) { throw LoginError(.notConfigured, detail: "front channel") }
        try require(settings.frontChannelLogout == true, unless: .frontChannelSwitch, .malformedRequest)
        try require(callback.parameters["iss"] == settings.issuer, unless: .frontChannelIssuer, .issuerMismatch)
        try require(
            callback.parameters["sid"]?.isEmpty == false, unless: .frontChannelSession, .subjectInvalid)
        let page = URL(string: settings.issuer).map(LogoutNotice.Answer.frame)
        return LogoutNotice(
            target: .session(issuer: settings.issuer, sessionID: callback.parameters["sid"] ?? ""),
            answer: forgets(.frontChannelFrame) ? .ok : page ?? .ok, oneTime: [])
    }
}
