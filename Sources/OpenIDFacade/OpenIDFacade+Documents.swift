import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import OpenIDConnect

extension OpenIDFacade {
    /// How long a program may keep discovery and keys: a new key is published for a day before it signs.
    private static let maximumAge = Duration.seconds(300)

    /// OpenID Connect Discovery 4.
    func discovery() -> FacadeResponse {
        let object = ProviderDocument.object(issuer: issuer, client: client, claims: personalClaims.names)
        return .document(json(object, maxAge: Self.maximumAge))
    }

    /// RFC 7517 5: the facade's own keys and no others (M64).
    func keySet() throws(FacadeError) -> FacadeResponse {
        .document(
            FacadeDocument(
                contentType: "application/json", body: Data(try ownKeys().serialized()), maxAge: Self.maximumAge))
    }

    func json(_ object: JSONObject, status: Int = 200, maxAge: Duration? = nil) -> FacadeDocument {
        FacadeDocument(
            status: status, contentType: "application/json", body: Data(object.serialized()), maxAge: maxAge)
    }

    // MARK: Keys

    /// The public halves of every key of ours.
    func ownKeys() throws(FacadeError) -> JWKSet {
        var keys: [VerificationKey] = []
        for (key, _) in try host.keys() { keys.append(try parsed(key).publicKey) }
        return JWKSet(keys: keys)
    }

    /// The key that signs.
    func signingKey() throws(FacadeError) -> SigningKey {
        guard let first = try host.keys().first else {
            throw FacadeError(.configurationInvalid, detail: "the facade has no key")
        }
        return try parsed(first.key)
    }

    func sign(_ claims: JSONObject, typ: String, with key: SigningKey) throws(FacadeError) -> String {
        do throws(JOSEError) {
            return try key.issue(claims: claims, typ: typ)
        } catch {
            throw FacadeError(.configurationInvalid, detail: "the facade's key does not sign", underlying: error)
        }
    }

    private func parsed(_ handle: PrivateKeyHandle) throws(FacadeError) -> SigningKey {
        do throws(JOSEError) {
            return try ParsedKeys.key(for: handle)
        } catch {
            throw FacadeError(.configurationInvalid, detail: "the facade's key cannot be read", underlying: error)
        }
    }
}
