import Broker
import ConformanceKit
import Foundation
import HTTPTypes
import JOSE
import OpenIDConnect
import Synchronization

extension CarelessClient {
    // MARK: What is fetched

    func discovery() async throws(LoginError) -> Claims {
        let document = try await object(
            OutboundRequest(url: try url(at: settings.issuer + "/.well-known/openid-configuration")))
        try require(document["issuer"]?.text == settings.issuer, unless: .discoveryIssuer, .issuerMismatch)
        if forgets(.asksIframe), let frame = document["check_session_iframe"]?.text {
            _ = try await object(OutboundRequest(url: try url(at: frame)))
        }
        return document
    }

    func redeem(_ fields: [(String, String)]) async throws(LoginError) -> Claims {
        let secret: String
        do throws(SettingsError) {
            secret = try context.secrets.value(of: settings.clientSecret).reveal()
        } catch {
            throw LoginError(.configurationInvalid, detail: "clientSecret")
        }
        let document = try await discovery()
        let endpoint = forgets(.guessesEndpoints) ? settings.issuer + "/token" : document["token_endpoint"]?.text
        var request = OutboundRequest(method: .post, url: try url(at: endpoint))
        request.headerFields[.contentType] = "application/x-www-form-urlencoded"
        var fields = fields
        if forgets(.secretInForm) {
            fields += [("client_id", settings.clientID), ("client_secret", secret)]
        } else {
            request.headerFields[.authorization] =
                "Basic " + Data("\(settings.clientID):\(secret)".utf8).base64EncodedString()
        }
        request.body = Data(Self.form(fields).utf8)
        return try await object(request)
    }

    func userInfo(_ token: String, _ subject: String?) async throws(LoginError) -> Claims {
        guard let endpoint = try await discovery()["userinfo_endpoint"]?.text else { return [:] }
        let place = forgets(.tokenInQuery) ? "\(endpoint)?access_token=\(token)" : endpoint
        var request = OutboundRequest(url: try url(at: place))
        request.headerFields[.authorization] = "Bearer \(token)"
        if forgets(.tokenInBody) {
            request.method = .post
            request.body = Data("access_token=\(token)".utf8)
        }
        let claims = try await object(request)
        try require(subject == nil || claims["sub"]?.text == subject, unless: .userInfoSubject, .subjectInvalid)
        return claims
    }

    private func keys(refreshed: Bool) async throws(LoginError) -> JWKSet {
        if !refreshed, let keys = memory.keys.withLock({ $0 }) { return keys }
        let document = try await discovery()
        let place = forgets(.guessesKeys) ? settings.issuer + "/jwks" : document["jwks_uri"]?.text
        let text = try await object(OutboundRequest(url: try url(at: place))).jsonText
        guard let keys = try? JWKSet.parse([UInt8](text.utf8)) else {
            throw LoginError(.upstreamInvalid, detail: "keys")
        }
        memory.keys.withLock { $0 = keys }
        return keys
    }

    // MARK: The ID token

    func verified(_ answer: Claims, nonce: String?, code: String?) async throws(LoginError) -> Claims {
        let token = answer["id_token"]?.text ?? ""
        let claims = try await signed(token, ignoring: .signature, algorithm: .algorithm)
        let audiences = claims["aud"].map { Self.texts($0) }
        try require(claims["iss"]?.text == settings.issuer, unless: .issuer, .issuerMismatch)
        try require(claims["sub"]?.text?.isEmpty == false, unless: .subject, .subjectInvalid)
        try require(audiences != nil, unless: .absentAudience, .audienceMismatch)
        try require(audiences?.contains(settings.clientID) ?? true, unless: .audience, .audienceMismatch)
        try require(claims["iat"] != nil, unless: .issuedAt, .timeInvalid)
        if let nonce { try require(claims["nonce"]?.text == nonce, unless: .nonce, .nonceMismatch) }
        try requireHash(claims["at_hash"], of: answer["access_token"]?.text, .accessTokenHash, .needsAccessTokenHash)
        try requireHash(claims["c_hash"], of: code, .codeHash, .needsCodeHash)
        return claims
    }

    private func requireHash(
        _ claim: JSON?, of value: String?, _ wrong: Defect, _ absent: Defect
    ) throws(LoginError) {
        guard let value else { return }
        guard let claim = claim?.text else {
            if forgets(absent) { throw LoginError(.tokenHashMismatch, detail: "\(absent)") }
            return
        }
        try require(claim == TokenHash.leftHalf(of: value, algorithm: .rs256), unless: wrong, .tokenHashMismatch)
    }

    /// The claims under a signature, or without one where that is what it forgets.
    func signed(_ token: String, ignoring signature: Defect, algorithm: Defect) async throws(LoginError) -> Claims {
        let (header, payload) = try Self.parts(token)
        if forgets(.needsKeyID), header["kid"] == nil { throw LoginError(.unknownKey, detail: "kid") }
        if forgets(.onlyES256), header["alg"]?.text != "ES256" { throw LoginError(.algorithmNotAllowed, detail: "alg") }
        if forgets(signature) || (forgets(algorithm) && header["alg"]?.text != "RS256")
            || (forgets(.ambiguousKey) && header["kid"] == nil)
        {
            return payload
        }
        do throws(LoginError) {
            _ = try SignedToken.verify(token, keys: try await keys(refreshed: false), algorithms: [.rs256])
        } catch {
            guard error.code == .unknownKey, !forgets(.keepsOldKeys) else { throw error }
            _ = try SignedToken.verify(token, keys: try await keys(refreshed: true), algorithms: [.rs256])
        }
        return payload
    }

    // MARK: Reading

    static func texts(_ value: JSON) -> [String] {
        if case .array(let values) = value { values.compactMap(\.text) } else { [value.text].compactMap { $0 } }
    }

    static func parts(_ token: String) throws(LoginError) -> (header: Claims, payload: Claims) {
        let parts = token.split(separator: ".").prefix(2).map { part -> Claims? in
            guard let bytes = try? Base64URL.decode([UInt8](part.utf8)),
                case .object(let object)? = JSON(jsonText: String(decoding: bytes, as: UTF8.self))
            else { return nil }
            return object
        }
        guard parts.count == 2, let header = parts[0], let payload = parts[1] else {
            throw LoginError(.upstreamInvalid, detail: "token")
        }
        return (header, payload)
    }

    private func url(at text: String?) throws(LoginError) -> URL {
        guard let url = text.flatMap({ URL(string: $0) }) else {
            throw LoginError(.upstreamInvalid, detail: "endpoint")
        }
        return url
    }

    private func object(_ request: OutboundRequest) async throws(LoginError) -> Claims {
        let response: OutboundResponse
        do throws(TransportError) {
            response = try await context.transport.send(request)
        } catch {
            throw LoginError(.upstreamUnavailable, detail: error.code.rawValue)
        }
        guard response.status == .ok,
            case .object(let object)? = JSON(jsonText: String(decoding: response.body, as: UTF8.self))
        else { throw LoginError(.upstreamError, detail: "\(response.status.code)") }
        return object
    }
}
