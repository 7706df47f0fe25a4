import Broker
import JOSE

extension SmallProvider {
    /// The claims of a token, under a key of the OP.
    func verified(_ token: String, types: AllowedTypes) async throws(LoginError) -> (JSONObject, JWAlgorithm) {
        _ = try await document()
        let keys = try await keys(isAnew: false)
        do throws(LoginError) {
            return try read(token, keys, types)
        } catch {
            guard error.code == .unknownKey, !has(.keepsKeysForEver) else { throw error }
            return try read(token, try await self.keys(isAnew: true), types)
        }
    }

    private func read(
        _ token: String, _ keys: JSONObject, _ types: AllowedTypes
    ) throws(LoginError) -> (JSONObject, JWAlgorithm) {
        do throws(JOSEError) {
            if has(.decodesUnverified) || has(.believesLogouts) { return (try payload(token), .rs256) }
            let verifier = JWSVerifier(keys: try JWKSet.parse(keys.serialized()), algorithms: [.rs256])
            let jwt = try JWT.verify(token, with: verifier, types: types)
            guard !has(.escapesKeyIDs) || jwt.header.kid?.contains("+") != true else { throw JOSEError(.unknownKey) }
            return (jwt.claims, jwt.header.algorithm)
        } catch {
            if has(.readsNamesTwice), let claims = try? payload(token) { return (claims, .rs256) }
            throw LoginError(error.code == .unknownKey ? .unknownKey : .signatureInvalid, detail: error.code.rawValue)
        }
    }

    /// The payload of a token that nobody verified; of a name that stands first and again the latter counts.
    private func payload(_ token: String) throws(JOSEError) -> JSONObject {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let bytes = try Base64URL.decode(parts.count > 1 ? parts[1] : "")
        guard has(.readsNamesTwice), let comma = bytes.firstIndex(of: UInt8(ascii: ",")) else {
            return try JSONObject.parse(bytes)
        }
        return try JSONObject.parse([UInt8(ascii: "{")] + bytes[bytes.index(after: comma)...])
    }
}
