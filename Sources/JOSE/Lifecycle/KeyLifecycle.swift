/// What somebody asks of the keys.
package enum KeyRequest: Hashable, Sendable {
    /// Whatever is due.
    case routine
    /// A rotation as soon as verifiers can know the new key; asked for once, finished by routine.
    case rotate
    /// A rotation at once that ends all tokens: the keys are in wrong hands.
    case emergency
}

/// One step in the life of the keys.
package enum KeyAction: Hashable, Sendable {
    /// Make a key and publish it.
    case createNext
    /// Make a key that signs at once.
    case createActive
    /// Let the published key sign.
    case activate(kid: String)
    /// Let the key sign no more, and keep it published while tokens that it signed live.
    case retire(kid: String)
    /// Forget the key, and with it every token that it signed.
    case drop(kid: String)
}

/// Plans the life of the signing keys of one kind of token.
///
/// Pure: the engine makes keys, probes them and stores records.
package enum KeyLifecycle {
    /// The steps that are due now, in the order to take them; none when all is well.
    package static func plan(
        records: [SigningKeyRecord], now: Int64, policy: KeyPolicy, request: KeyRequest = .routine
    ) -> [KeyAction] {
        guard request != .emergency else { return emergency(records) }
        let actives = records.filter { $0.state == .active }.sorted { $0.activatedAt ?? 0 > $1.activatedAt ?? 0 }
        let nexts = records.filter { $0.state == .next }.sorted { $0.publishedAt < $1.publishedAt }
        let fitting = nexts.first { $0.algorithm == policy.algorithm }
        var actions: [KeyAction] = []
        if let active = actives.first {
            actions += rotation(of: active, to: fitting, now: now, policy: policy, request: request)
        } else {
            // Nothing signs: the first start, or a key that could not be kept. Waiting would mean no sign-in at all.
            actions.append(fitting.map { .activate(kid: $0.kid) } ?? .createActive)
        }
        actions += actives.dropFirst().map { .retire(kid: $0.kid) }
        actions += nexts.filter { $0 != fitting }.map { .drop(kid: $0.kid) }
        actions += records.filter { isOver($0, now: now) }.map { .drop(kid: $0.kid) }
        return actions
    }

    /// A next key is made in time to be known when the active one is due, and signs as soon as it is known: so a
    /// rotation that was asked for once is finished by routine plans.
    private static func rotation(
        of active: SigningKeyRecord, to next: SigningKeyRecord?, now: Int64, policy: KeyPolicy, request: KeyRequest
    ) -> [KeyAction] {
        guard let next else {
            let age = now - (active.activatedAt ?? active.publishedAt)
            let isWanted = request == .rotate || active.algorithm != policy.algorithm
            return isWanted || age >= policy.activeFor - policy.publishBefore ? [.createNext] : []
        }
        guard now - next.publishedAt >= policy.publishBefore else { return [] }
        return [.activate(kid: next.kid), .retire(kid: active.kid)]
    }

    /// Nothing that was in the store is trusted any more, the key waiting to be next included.
    private static func emergency(_ records: [SigningKeyRecord]) -> [KeyAction] {
        records.map { .drop(kid: $0.kid) } + [.createActive]
    }

    private static func isOver(_ record: SigningKeyRecord, now: Int64) -> Bool {
        record.state == .retired && record.deleteAfter.map { $0 <= now } ?? false
    }
}
