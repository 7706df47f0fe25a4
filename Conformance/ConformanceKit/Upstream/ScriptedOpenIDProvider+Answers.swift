import Broker
import Foundation
import HTTPTypes
import JOSE
import Synchronization

extension ScriptedOpenIDProvider {
    /// Puts every answer on the transport.
    func attach() {
        let transport = bench.transport
        if shape.hasIDToken { serve(shape.documentURL, .discovery) { [self] _ in .json(document()) } }
        serve(shape.jwksURI, .keys) { [self] _ in .json(keys()) }
        serve(shape.tokenEndpoint, .token) { [self] request throws(TransportError) in try token(request) }
        if let place = shape.userInfoEndpoint { serve(place, .userInfo) { [self] in userInfo($0) } }
        if let place = shape.revocationEndpoint { transport.on(place) { [self] in revoke($0) } }
        for route in shape.routes {
            transport.on(route.place) { [self] request throws(TransportError) in
                try route.answer(request, person(askedBy: request))
            }
        }
    }

    private func serve(_ place: String, _ name: OpenIDChange.Place, _ answer: @escaping ScriptedTransport.Answer) {
        bench.transport.on(place) { [self] request throws(TransportError) in
            for case .answer(let changed, let other) in changes() where changed == name { return try other(request) }
            return try answer(request)
        }
    }

    // MARK: Documents

    private func document() -> Claims {
        var document: Claims = [
            "issuer": .string(shape.documentIssuer ?? shape.issuer),
            "authorization_endpoint": .string(shape.authorizationEndpoint),
            "token_endpoint": .string(shape.tokenEndpoint), "jwks_uri": .string(shape.jwksURI),
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [.string(shape.algorithm)],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": [.string(shape.authentication.rawValue)],
            "response_modes_supported": ["query", "form_post"],
        ]
        document["userinfo_endpoint"] = shape.userInfoEndpoint.map { .string($0) }
        document["end_session_endpoint"] = shape.endSessionEndpoint.map { .string($0) }
        document["revocation_endpoint"] = shape.revocationEndpoint.map { .string($0) }
        if shape.sendsIssuer { document["authorization_response_iss_parameter_supported"] = true }
        document.merge(shape.document) { $1 }
        document = document.filter { $0.value != .null }
        for case .document(let change) in changes() { change(&document) }
        return document
    }

    private func keys() -> Claims {
        var set = keySet([publishedKey])
        set["keys"] = .array([.object(publishedKey.publicJWK.merging(shape.keyMembers) { $1 })])
        for case .keys(let change) in changes() { change(&set) }
        return set
    }

    /// The key that is published and, unless a change says otherwise, signs.
    var publishedKey: KitKey {
        for case .key(let name, let kid) in changes() {
            if let key = try? KitKey(name, algorithm: shape.algorithm, kid: kid) { return key }
        }
        return key
    }

    // MARK: UserInfo and revocation

    private func userInfo(_ request: OutboundRequest) -> OutboundResponse {
        guard let facts = person(askedBy: request) else { return OutboundResponse(status: .unauthorized) }
        var claims = shape.userInfo(facts)
        if let member = shape.subjectMember { claims[member] = .string(facts.subject) }
        for case .userInfo(let change) in changes() { change(&claims) }
        return .json(claims)
    }

    private func person(askedBy request: OutboundRequest) -> TokenFacts? {
        let words = (request.headerFields[.authorization] ?? "").split(separator: " ").map(String.init)
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return state.withLock { $0.accessTokens[words[1]] }
    }

    private func revoke(_ request: OutboundRequest) -> OutboundResponse {
        guard let form = try? FormRequest(request), let token = form["token"] else {
            return .json(["error": "invalid_request"], status: .badRequest)
        }
        state.withLock { state in
            state.revoked.append(token)
            state.refreshTokens[token] = nil
            state.accessTokens[token] = nil
        }
        return OutboundResponse(status: .ok)
    }

    // MARK: The token endpoint

    private func token(_ request: OutboundRequest) throws(TransportError) -> OutboundResponse {
        guard request.method == .post, let form = try? FormRequest(request) else { return refusal("invalid_request") }
        let grant = form["grant_type"]
        guard grant == "authorization_code" || grant == "refresh_token" else {
            guard let other = shape.otherGrants else { return refusal("unsupported_grant_type") }
            return try other(request)
        }
        guard isAuthenticated(request, form) else { return refusal("invalid_client", .unauthorized) }
        return grant == "refresh_token" ? try refresh(form) : redeem(form)
    }

    private func redeem(_ form: FormRequest) -> OutboundResponse {
        // A code works once (RFC 6749 4.1.2).
        guard let code = form["code"], let grant = state.withLock({ $0.codes.removeValue(forKey: code) }),
            form["redirect_uri"] == grant.redirectURI,
            let verifier = form["code_verifier"],
            Base64URL.encode(Digests.sha256(verifier)) == grant.challenge
        else { return refusal("invalid_grant") }
        return tokens(grant.facts, code: code, hasIDToken: shape.hasIDToken)
    }

    private func refresh(_ form: FormRequest) throws(TransportError) -> OutboundResponse {
        let (behaviour, known) = state.withLock { ($0.refresh, $0.refreshTokens[form["refresh_token"] ?? ""]) }
        if behaviour == .down { throw TransportError(.timedOut, detail: "the token endpoint") }
        guard behaviour != .revoked, var facts = known else { return refusal("invalid_grant") }
        facts.now = bench.clock.now
        // OpenID Connect Core 12.2: a refreshed ID token has no nonce.
        facts.nonce = nil
        return tokens(facts, code: nil, hasIDToken: behaviour == .updated)
    }

    private func isAuthenticated(_ request: OutboundRequest, _ form: FormRequest) -> Bool {
        switch shape.authentication {
        case .none: return form["client_id"] == shape.clientID && form["client_secret"] == nil
        case .post: return form["client_id"] == shape.clientID && form["client_secret"] == shape.clientSecret
        case .basic:
            let pair = "\(FormRequest.escaped(shape.clientID)):\(FormRequest.escaped(shape.clientSecret))"
            return request.headerFields[.authorization] == "Basic \(Data(pair.utf8).base64EncodedString())"
        }
    }

    private func refusal(_ code: String, _ status: HTTPResponse.Status = .badRequest) -> OutboundResponse {
        .json(["error": .string(code)], status: status)
    }
}

/// A form that was posted to the OP.
struct FormRequest {
    private let parameters: CallbackParameters

    init(_ request: OutboundRequest) throws(LoginError) {
        parameters = try CallbackParameters(formEncoded: request.body ?? Data())
    }

    subscript(name: String) -> String? { parameters[name] }

    static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + Digests.hex([byte]).uppercased()
            }
        }.joined()
    }
}
