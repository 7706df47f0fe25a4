package import Broker
package import BrokerModel
package import Foundation
import JOSE

/// What stands behind an opaque value that a facade handed out.
package struct OpenGrant: Sendable {
    /// The facade's own bytes.
    package var content: Data
    /// The session behind it.
    package var session: SessionID?
    /// When it was made.
    package var createdAt: Timestamp
    /// What names it among grants; for `hand(parent:)`.
    package var id: GrantID
}

/// Names a grant that was made, without being usable as its value.
package struct GrantID: Sendable, Hashable {
    let hash: Data
}

/// What using a value that counts once comes to.
package enum GrantUse: Sendable {
    /// It counts, this once.
    case first(OpenGrant)
    /// It was used before: whatever was made from it counts no more (RFC 6749 4.1.2).
    case again
    /// It is no value of this kind and facade, or expired.
    case unknown
}

extension FacadeHost {
    /// Keeps bytes under a fresh opaque value, and returns the value.
    ///
    /// - Parameter parent: The code that it is made from, which makes one thing only; where it was used twice meanwhile,
    ///   `grant_invalid`.
    package func hand(
        _ content: Data, as kind: FacadeGrant.Kind, session: SessionID? = nil, parent: GrantID? = nil,
        lifetime: Duration
    ) async throws(FacadeError) -> Secret<String> {
        let (value, now) = (randomness.token(bytes: 32), time.now)
        let grant = try grant(value, content, as: kind, session: session, parent: parent, lifetime: lifetime)
        try await whileStoreAnswers {
            try await environment.store.write { writer in
                if let parent, try !take(parent.hash, until: now + lifetime, in: writer) {
                    throw FacadeError(.grantInvalid, detail: "the code was used again")
                }
                try writer.insert(grant)
            }
        }
        return Secret(value)
    }

    /// Reads what stands behind a value that may be read until it expires; nil where nothing does.
    package func read(_ value: String, as kind: FacadeGrant.Kind) async throws(FacadeError) -> OpenGrant? {
        let hash = Self.hash(value, kind)
        return try await whileStoreAnswers {
            guard let grant = try await environment.store.read({ try $0.facadeGrant(hash, kind: kind) }) else {
                return nil
            }
            return try open(grant)
        }
    }

    /// Uses a value that counts once.
    package func use(_ value: String, as kind: FacadeGrant.Kind) async throws(FacadeError) -> GrantUse {
        let (hash, now) = (Self.hash(value, kind), time.now)
        return try await whileStoreAnswers {
            let (grant, isAgain) = try await environment.store.write { writer -> (FacadeGrant?, Bool) in
                // A value of another facade is not touched: its client would lose it to whoever sends it here.
                guard let known = try writer.facadeGrant(hash, kind: kind), known.facade == address else {
                    return (nil, false)
                }
                if let first = try writer.useFacadeGrant(hash, kind: kind, at: now) { return (first, false) }
                _ = try writer.deleteFacadeGrants(parent: hash)
                // What is being made from it right now comes too late.
                _ = try take(hash, until: known.expiresAt + Self.redemption, in: writer)
                return (nil, true)
            }
            guard let grant, let opened = try open(grant) else { return isAgain ? .again : .unknown }
            return .first(opened)
        }
    }

    /// Takes an identifier that counts once, of a message that is not answered with `answer`; false where it was taken
    /// before.
    package func takeOnce(_ identifier: OneTimeIdentifier) async throws(FacadeError) -> Bool {
        try await whileStoreAnswers {
            try await environment.store.write { try $0.take(identifier, scope: "facade/\(address)/jti") }
        }
    }

    /// Longer than redeeming takes.
    private static let redemption = Duration.seconds(600)

    /// Whichever comes first has it: what is made from a grant, or that the grant was used again.
    private func take(_ parent: Data, until: Timestamp, in writer: any StoreWriter) throws -> Bool {
        try writer.take(
            OneTimeIdentifier(Digests.hex(Array(parent)), until: until), scope: "facade/\(address)/redeemed")
    }

    // MARK: Sealing

    func grant(
        _ value: String, _ content: Data, as kind: FacadeGrant.Kind, session: SessionID?, parent: GrantID?,
        lifetime: Duration
    ) throws(FacadeError) -> FacadeGrant {
        let (hash, now) = (Self.hash(value, kind), time.now)
        do {
            let sealed = try environment.keyring.seal(
                Array(content), purpose: "facade-\(kind.rawValue)", associatedData: Array(hash))
            return FacadeGrant(
                hash: hash, kind: kind, facade: address, session: session, parent: parent?.hash, sealed: Data(sealed),
                createdAt: now, expiresAt: now + lifetime)
        } catch {
            throw FacadeError(.configurationInvalid, detail: "what is handed out cannot be sealed", underlying: error)
        }
    }

    private func open(_ grant: FacadeGrant) throws -> OpenGrant? {
        guard grant.facade == address, time.now < grant.expiresAt else { return nil }
        let content = try environment.keyring.open(
            Array(grant.sealed), purpose: "facade-\(grant.kind.rawValue)", associatedData: Array(grant.hash))
        return OpenGrant(
            content: Data(content), session: grant.session, createdAt: grant.createdAt, id: GrantID(hash: grant.hash))
    }

    static func hash(_ value: String, _ kind: FacadeGrant.Kind) -> Data {
        Data(Digests.sha256("facade-\(kind.rawValue)\n\(value)"))
    }
}
