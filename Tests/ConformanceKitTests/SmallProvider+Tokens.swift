import Broker
import Foundation
import HTTPTypes
import JOSE

extension SmallProvider {
    /// The identity of an ID token, with groups of the OP's own API.
    func identity(_ tokens: JSONObject, nonce: String?) async throws(LoginError) -> VerifiedIdentity {
        guard let raw = tokens.string("id_token"), let accessToken = tokens.string("access_token"),
            has(.skipsTokenType) || tokens.string("token_type") == "Bearer"
        else { throw LoginError(.upstreamInvalid, detail: "a token is absent") }
        let (claims, algorithm) = try await verified(raw)
        try check(claims, nonce, hash: TokenHash.leftHalf(of: accessToken, algorithm: algorithm))
        guard let subject = claims.string("sub"), has(.skipsSubject) || (1...255).contains(subject.utf8.count) else {
            throw LoginError(.subjectInvalid, detail: "sub is no subject")
        }
        var profile = claims
        if claims["email"] == nil { profile = try await userInfo(accessToken, subject) }
        let text = profile.string("email")
        guard text == nil || text.flatMap({ EmailAddress($0) }) != nil else {
            throw LoginError(.emailMalformed, detail: "email is no address")
        }
        let isVerified =
            profile.bool("email_verified") == true
            || (has(.believesStrings) && profile.string("email_verified") == "true")
        let key = has(.sharesOneSubject) ? "everybody" : has(.keepsAddressAsSubject) ? text ?? subject : subject
        return VerifiedIdentity(
            subject: SubjectKey(connection: id, issuer: settings.issuer, subject: key),
            email: text.flatMap { EmailAddress($0) }.map { Email($0, evidence: isVerified ? .idpVerified : .none) },
            groups: await groups(accessToken),
            upstream: UpstreamSession(sessionID: nil, handle: Data((tokens.string("refresh_token") ?? "").utf8)),
            oneTime: has(.givesNothingOnce)
                ? [] : [OneTimeIdentifier(Digests.sha256Hex(raw), until: context.time.now + .seconds(600))])
    }

    private func check(_ claims: JSONObject, _ nonce: String?, hash: String) throws(LoginError) {
        guard has(.skipsIssuer) || claims.string("iss") == settings.issuer else {
            throw LoginError(.issuerMismatch, detail: "iss is another")
        }
        let audiences = claims.string("aud").map { [$0] } ?? claims.strings("aud") ?? []
        let isOurs = audiences.contains(settings.clientID) && (audiences.count == 1 || claims["azp"] != nil)
        guard has(.skipsAudience) || (isOurs && (claims["azp"] == nil || claims.string("azp") == settings.clientID))
        else {
            throw LoginError(.audienceMismatch, detail: "aud or azp is another")
        }
        guard nonce == nil || has(.skipsNonce) || claims.string("nonce") == nonce else {
            throw LoginError(.nonceMismatch, detail: "nonce is another")
        }
        let isHashed = (claims["at_hash"] == nil || claims.string("at_hash") == hash) && claims["c_hash"] == nil
        guard has(.skipsHashes) || isHashed else {
            throw LoginError(.tokenHashMismatch, detail: "a hash is another")
        }
        if !has(.skipsTimes) { try checkTimes(claims) }
    }

    private func checkTimes(_ claims: JSONObject) throws(LoginError) {
        let now = context.time.now.seconds
        func time(_ name: String) throws(LoginError) -> Int64? {
            do throws(JOSEError) {
                return try claims.numericDate(name)
            } catch {
                throw LoginError(.timeInvalid, detail: "\(name) is no time")
            }
        }
        guard let end = try time("exp"), end + 60 > now, try time("iat") ?? now <= now + 60,
            try time("nbf") ?? now <= now + 60, try time("auth_time") ?? now <= now + 60
        else { throw LoginError(.timeInvalid, detail: "it is over, or not yet") }
    }

    private func verified(_ token: String) async throws(LoginError) -> (JSONObject, JWAlgorithm) {
        let document = try await object(OutboundRequest(url: try url(at("/.well-known/openid-configuration"))))
        guard has(.skipsDocumentIssuer) || document.string("issuer") == settings.issuer else {
            throw LoginError(.issuerMismatch, detail: "the document is another's")
        }
        guard document.string("token_endpoint")?.hasPrefix("https:") == true else {
            throw LoginError(.upstreamInvalid, detail: "an endpoint is not https")
        }
        let keys = try await object(OutboundRequest(url: try url(at("/jwks"))))
        do throws(JOSEError) {
            if has(.decodesUnverified) {
                let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
                return (try JSONObject.parse(try Base64URL.decode(parts.count > 1 ? parts[1] : "")), .rs256)
            }
            let verifier = JWSVerifier(keys: try JWKSet.parse(keys.serialized()), algorithms: [.rs256])
            let jwt = try JWT.verify(
                token, with: verifier, types: has(.skipsType) ? .any : AllowedTypes(["JWT"], absent: true))
            return (jwt.claims, jwt.header.algorithm)
        } catch {
            throw LoginError(error.code == .unknownKey ? .unknownKey : .signatureInvalid, detail: error.code.rawValue)
        }
    }

    // MARK: Exchanges

    private func userInfo(_ accessToken: String, _ subject: String) async throws(LoginError) -> JSONObject {
        let info = try await object(bearer(at("/userinfo"), accessToken))
        guard has(.skipsUserInfoSubject) || info.string("sub") == subject else {
            throw LoginError(.subjectInvalid, detail: "sub is another")
        }
        return info
    }

    private func groups(_ accessToken: String) async -> GroupSet {
        do throws(LoginError) {
            guard let names = try await object(bearer(at("/groups"), accessToken)).strings("groups") else {
                throw LoginError(.upstreamInvalid, detail: "groups are absent")
            }
            return GroupSet(names, completeness: .complete)
        } catch {
            return GroupSet([], completeness: has(.emptiesGroups) ? .complete : .failed)
        }
    }

    private func bearer(_ place: String, _ accessToken: String) throws(LoginError) -> OutboundRequest {
        OutboundRequest(url: try url(place), headerFields: [.authorization: "Bearer \(accessToken)"])
    }

    /// What the token endpoint answers.
    func tokens(_ form: [(String, String)]) async throws(LoginError) -> JSONObject {
        let pair = Data("\(settings.clientID):\(try secret())".utf8).base64EncodedString()
        let answer = try await object(
            OutboundRequest(
                method: .post, url: try url(at("/token")), headerFields: [.authorization: "Basic \(pair)"],
                body: Data(encoded(form).utf8)), refusals: true)
        if answer["error"] != nil {
            let code = form.first { $0.0 == "code" }?.1 ?? ""
            throw LoginError(.upstreamError, detail: has(.tellsTheCode) ? "no token for \(code)" : "no token")
        }
        return answer
    }

    private func object(_ request: OutboundRequest, refusals: Bool = false) async throws(LoginError) -> JSONObject {
        let response: OutboundResponse
        do throws(TransportError) {
            response = try await context.transport.send(request)
        } catch {
            let code: LoginError.Code = has(.callsOutagesBugs) ? .providerMisbehaved : .upstreamUnavailable
            throw LoginError(code, detail: error.code.rawValue)
        }
        guard response.status == .ok || (refusals && response.status == .badRequest),
            let object = try? JSONObject.parse(response.body)
        else { throw LoginError(.upstreamInvalid, detail: "the answer is none") }
        return object
    }

    /// The client secret.
    func secret() throws(LoginError) -> String {
        do throws(SettingsError) {
            return try context.secrets.value(of: settings.clientSecret).reveal()
        } catch {
            throw LoginError(.configurationInvalid, detail: "\(error)")
        }
    }

    /// An address with parameters.
    func url(_ place: String, _ parameters: [(String, String)] = []) throws(LoginError) -> URL {
        guard let url = URL(string: parameters.isEmpty ? place : "\(place)?\(encoded(parameters))") else {
            throw LoginError(.configurationInvalid, detail: "no address")
        }
        return url
    }

    private func encoded(_ parameters: [(String, String)]) -> String {
        parameters.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }.joined(separator: "&")
    }
}
