import Foundation
import JOSE
import Testing

/// Keys made once for a test run; RSA generation is slow.
enum TestKeys {
    private static let rsaPKCS8 = Result { try SigningKey.generate(.rs256).pkcs8DER }

    /// A fresh key, RSA ones over one modulus.
    static func signingKey(_ algorithm: JWAlgorithm, kid: String? = nil) throws -> SigningKey {
        switch algorithm {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512:
            try SigningKey(pkcs8DER: try rsaPKCS8.get(), algorithm: algorithm, kid: kid)
        case .es256, .es384, .es512, .edDSA: try SigningKey.generate(algorithm, kid: kid)
        }
    }
}

/// The code of the error that a body throws; nil when it throws none or another kind.
func code(_ body: () throws -> some Any) -> JOSEError.Code? {
    do {
        _ = try body()
        return nil
    } catch { return (error as? JOSEError)?.code }
}

func bytes(_ text: String) -> [UInt8] { [UInt8](text.utf8) }

/// A compact token from raw texts, signed by the key whatever the header says.
func token(header: String, payload: String = #"{"sub":"a"}"#, key: SigningKey) throws -> String {
    let input = Base64URL.encode(bytes(header)) + "." + Base64URL.encode(bytes(payload))
    return input + "." + Base64URL.encode(try key.sign(bytes(input)))
}
