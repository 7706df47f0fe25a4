/// Lets people in, or keeps them out.
package struct AccessRule: Sendable, Hashable, Codable {
    /// What a rule does where it fires.
    package enum Effect: String, Sendable, Codable, CaseIterable {
        /// Lets in: fires where its condition is true.
        case allow
        /// Keeps out: fires where its condition is true or unknown.
        case deny
    }

    /// Its name, for explanations and the audit log.
    package var name: String
    /// What it does.
    package var effect: Effect
    /// Whom it is about.
    package var condition: AccessCondition

    package init(_ name: String, _ effect: Effect, _ condition: AccessCondition) {
        self.name = name
        self.effect = effect
        self.condition = condition
    }

    /// Whether it fires for a person.
    ///
    /// An allow rule needs certainty; a ban holds until it is certain that it is about somebody else.
    package func fires(for person: AccessSubject) -> Bool {
        switch (effect, condition.holds(for: person)) {
        case (_, .yes), (.deny, .unknown): true
        case (_, .no), (.allow, .unknown): false
        }
    }
}

/// What rules come to for one person.
package enum AccessDecision: Sendable, Hashable {
    /// Let in by this rule.
    case allowed(by: String)
    /// Kept out by this rule.
    case denied(by: String)
    /// No rule fires.
    case noRule

    /// Deny wins, whatever the order; else the first rule that lets in.
    package static func of(_ rules: [AccessRule], for person: AccessSubject) -> AccessDecision {
        let firing = rules.filter { $0.fires(for: person) }
        if let ban = firing.first(where: { $0.effect == .deny }) { return .denied(by: ban.name) }
        return firing.first.map { .allowed(by: $0.name) } ?? .noRule
    }
}
