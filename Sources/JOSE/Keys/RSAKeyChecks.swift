import CryptoExtras
import Foundation

/// What an RSA public key must be before it may verify anything.
enum RSAKeyChecks {
    /// Reads modulus and exponent (big-endian), leading zeros allowed as RFC 7518 section 6.3.1.1 warns they occur.
    static func key(modulus: [UInt8], exponent: [UInt8]) throws(JOSEError) -> _RSA.Signing.PublicKey {
        let modulus = Array(modulus.drop { $0 == 0 })
        let exponent = Array(exponent.drop { $0 == 0 })
        try checkLength(modulus)
        try checkExponent(exponent)
        try checkFactors(modulus)
        do { return try _RSA.Signing.PublicKey(n: modulus, e: exponent) } catch { throw JOSEError(.keyInvalid) }
    }

    /// The same checks for a key that came as DER.
    static func checked(_ key: _RSA.Signing.PublicKey) throws(JOSEError) -> _RSA.Signing.PublicKey {
        guard let numbers = try? key.getKeyPrimitives() else { throw JOSEError(.keyInvalid) }
        return try self.key(modulus: [UInt8](numbers.modulus), exponent: [UInt8](numbers.publicExponent))
    }

    /// RFC 7518 section 3.3: at least 2048 bits.
    ///
    /// Above 8192 one verification costs a stranger's choice of our time.
    private static func checkLength(_ modulus: [UInt8]) throws(JOSEError) {
        guard let first = modulus.first, let last = modulus.last, last & 1 == 1 else { throw JOSEError(.keyInvalid) }
        let bits = modulus.count * 8 - first.leadingZeroBitCount
        guard bits >= 2048 else { throw JOSEError(.keyWeak) }
        guard bits <= 8192 else { throw JOSEError(.keyInvalid) }
    }

    /// Odd and at least 3: with exponent 1 every message is its own signature.
    ///
    /// At most 32 bits, as BoringSSL holds it.
    private static func checkExponent(_ exponent: [UInt8]) throws(JOSEError) {
        guard let last = exponent.last, exponent.count <= 4, last & 1 == 1 else { throw JOSEError(.keyInvalid) }
        guard exponent.count > 1 || last >= 3 else { throw JOSEError(.keyWeak) }
    }

    /// CVE-2017-15361 (ROCA): the broken generator's moduli are powers of 65537 modulo every small prime, which a sound
    /// modulus is with a chance below 2^-27; their factors can be computed.
    private static func checkFactors(_ modulus: [UInt8]) throws(JOSEError) {
        let isBroken = rocaResidues.allSatisfy { prime, residues in
            residues.contains(modulus.reduce(0) { ($0 << 8 | Int($1)) % prime })
        }
        guard !isBroken else { throw JOSEError(.keyWeak) }
    }

    /// The powers of 65537 modulo each prime of the published fingerprint.
    private static let rocaResidues: [(prime: Int, residues: Set<Int>)] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
        113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ].map { prime in
        var residues: Set<Int> = []
        var power = 1
        while residues.insert(power).inserted { power = power * 65537 % prime }
        return (prime, residues)
    }
}
