import Broker
import BrokerModel
import Foundation
import JOSE

/// The keys of every connection, sealed, each connection's in the order in which its module gets them.
package struct ConnectionKeys: Sendable {
    private let byConnection: [ConnectionID: [ConnectionKey]]

    init(_ keys: [ConnectionKey] = []) {
        byConnection = Dictionary(grouping: keys, by: \.connection).mapValues { $0.sorted(by: Self.comesBefore) }
    }

    /// The current keys, then the next ones, then the retired, newest first.
    func keys(of connection: ConnectionID) -> [ConnectionKey] { byConnection[connection] ?? [] }

    private static func comesBefore(_ left: ConnectionKey, _ right: ConnectionKey) -> Bool {
        guard left.state == right.state else { return left.state.rank < right.state.rank }
        if left.retiredAt != right.retiredAt {
            return (left.retiredAt ?? left.madeAt) > (right.retiredAt ?? right.madeAt)
        }
        return (left.algorithm.rawValue, left.id) < (right.algorithm.rawValue, right.id)
    }
}

extension StoredKey.State {
    fileprivate var rank: Int {
        switch self {
        case .active: 0
        case .next: 1
        case .retired: 2
        }
    }
}

extension ConnectionKey {
    private static let purpose = "connection-key"

    /// What the sealed bytes are bound to, so that one connection's key cannot be moved to another.
    private var sealedTo: [UInt8] { Array("connection/\(connection)/\(algorithm.rawValue)/\(id)".utf8) }

    /// Makes a key pair and seals its private half.
    static func generate(
        _ algorithm: ConnectionKeyAlgorithm, for connection: ConnectionID, _ state: StoredKey.State, at now: Timestamp,
        keyring: SealingKeys
    ) throws -> ConnectionKey {
        let pair =
            switch algorithm {
            case .rsa2048: try SigningKey.generate(.rs256, rsaBits: 2048)
            case .p256: try SigningKey.generate(.es256)
            }
        let publicKey = pair.publicKey.spkiDER
        var key = ConnectionKey(
            id: Digests.hex(Digests.sha256(publicKey)), connection: connection, algorithm: algorithm, state: state,
            sealedPrivateKey: Data(), publicKey: Data(publicKey), madeAt: now, activatedAt: state == .active ? now : nil
        )
        key.sealedPrivateKey = Data(
            try keyring.seal(pair.pkcs8DER, purpose: purpose, associatedData: key.sealedTo))
        return key
    }

    /// Opens the private half; refuses a public half that is not the one that the id names.
    func open(with keyring: SealingKeys) throws(JOSEError) -> PrivateKeyHandle {
        guard Digests.hex(Digests.sha256([UInt8](publicKey))) == id else { throw JOSEError(.sealedTampered) }
        let pkcs8 = try keyring.open([UInt8](sealedPrivateKey), purpose: Self.purpose, associatedData: sealedTo)
        return PrivateKeyHandle(id: id, subjectPublicKeyInfo: publicKey, pkcs8: Data(pkcs8))
    }

    /// Whether what sealed it is a key-encryption key that is not here: another thing than a damaged row.
    func isSealedByAnother(than keyring: SealingKeys) -> Bool {
        do throws(JOSEError) { _ = try open(with: keyring) } catch { return error.code == .sealedByUnknownKey }
        return false
    }
}
