import Broker
import Foundation
import HTTPTypes
import JOSE

extension SmallProvider {
    /// The identity of an ID token, with groups of the OP's own API.
    func identity(_ tokens: JSONObject, nonce: String?) async throws(LoginError) -> VerifiedIdentity {
        guard let accessToken = tokens.string("access_token"),
            has(.skipsTokenType) || tokens.string("token_type") == "Bearer"
        else { throw LoginError(.upstreamInvalid, detail: "a token is absent") }
        let claims = try await claims(tokens, accessToken, nonce)
        guard let subject = claims.string("sub") ?? (has(.skipsSubject) ? "nobody" : nil),
            has(.skipsSubject) || (1...255).contains(subject.utf8.count)
        else { throw LoginError(.subjectInvalid, detail: "sub is no subject") }
        var profile = claims
        if claims["email"] == nil, !has(.ignoresUserInfo) { profile = try await userInfo(accessToken, subject) }
        let email = try email(profile)
        return VerifiedIdentity(
            subject: SubjectKey(
                connection: id, issuer: settings.issuer, subject: key(subject, profile.string("email"))),
            email: email, groups: await groups(accessToken),
            upstream: UpstreamSession(sessionID: nil, handle: Data((tokens.string("refresh_token") ?? "").utf8)),
            oneTime: has(.givesNothingOnce)
                ? [] : [OneTimeIdentifier(Digests.sha256Hex(tokens.text), until: context.time.now + .seconds(600))])
    }

    private func claims(
        _ tokens: JSONObject, _ accessToken: String, _ nonce: String?
    ) async throws(LoginError) -> JSONObject {
        let raw = tokens.string("id_token") ?? ""
        if has(.goesOnWithoutIDToken), raw.split(separator: ".").count != 3 {
            return try await userInfo(accessToken, nil)
        }
        guard !raw.isEmpty else { throw LoginError(.upstreamInvalid, detail: "the ID token is absent") }
        let (claims, algorithm) = try await verified(
            raw, types: has(.skipsType) ? .any : AllowedTypes(["JWT"], absent: true))
        try check(claims, nonce, hash: TokenHash.leftHalf(of: accessToken, algorithm: algorithm))
        return claims
    }

    private func key(_ subject: String, _ address: String?) -> String {
        if has(.makesSubjects) { return context.randomness.token(bytes: 16) }
        return has(.sharesOneSubject) ? "everybody" : has(.keepsAddressAsSubject) ? address ?? subject : subject
    }

    private func email(_ profile: JSONObject) throws(LoginError) -> Email? {
        guard let text = profile.string("email") else { return nil }
        guard let address = EmailAddress(text) else {
            if has(.takesAnyAddress) { return nil }
            throw LoginError(.emailMalformed, detail: "email is no address")
        }
        let isVerified =
            has(.believesEveryAddress) || profile.bool("email_verified") == true
            || (has(.believesStrings) && profile.string("email_verified") == "true")
        return Email(address, evidence: isVerified ? .idpVerified : .none)
    }

    private func check(_ claims: JSONObject, _ nonce: String?, hash: String) throws(LoginError) {
        guard has(.skipsIssuer) || claims.string("iss") == settings.issuer else {
            throw LoginError(.issuerMismatch, detail: "iss is another")
        }
        let audiences =
            claims.string("aud").map { [$0] } ?? (has(.readsAudienceAsText) ? [] : claims.strings("aud") ?? [])
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
        let (now, skew) = (context.time.now.seconds, Int64(has(.allowsNoSkew) ? 0 : 60))
        func time(_ name: String) throws(LoginError) -> Int64? {
            do throws(JOSEError) {
                return try claims.numericDate(name)
            } catch {
                throw LoginError(.timeInvalid, detail: "\(name) is no time")
            }
        }
        guard let end = try time("exp"), end + skew > now, try time("iat") ?? now <= now + skew,
            try time("nbf") ?? now <= now + skew, try time("auth_time") ?? now <= now + skew
        else { throw LoginError(.timeInvalid, detail: "it is over, or not yet") }
        if has(.readsWholeTimes), claims["auth_time"] != nil, claims.integer("auth_time") == nil {
            throw LoginError(.timeInvalid, detail: "auth_time is not whole")
        }
    }

    // MARK: Exchanges

    private func userInfo(_ accessToken: String, _ subject: String?) async throws(LoginError) -> JSONObject {
        let info = try await object(bearer(at("/userinfo"), accessToken))
        guard has(.skipsUserInfoSubject) || subject == nil || info.string("sub") == subject else {
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
            if has(.callsRefusalsInvalid) { throw LoginError(.upstreamInvalid, detail: "no token") }
            throw LoginError(.upstreamError, detail: has(.tellsTheCode) ? "no token for \(code)" : "no token")
        }
        return answer
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
