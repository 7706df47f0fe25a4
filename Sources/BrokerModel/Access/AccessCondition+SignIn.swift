package import Broker

extension AccessCondition {
    /// The conditions that it is made of, those that combine others left out.
    package var leaves: [AccessCondition] {
        switch self {
        case .all(let parts), .any(let parts), .none(let parts): parts.flatMap(\.leaves)
        default: [self]
        }
    }

    /// Whether it looks at how or when the person proved who they are, which a new sign-in changes.
    var asksForSignIn: Bool { !contextClasses.isEmpty || shortestAge != nil }

    /// The authentication context classes that it names.
    var contextClasses: [String] {
        leaves.compactMap { if case .authenticationContext(let acr) = $0 { acr } else { nil } }
    }

    /// The ages of a sign-in that it names.
    package var ages: [Duration] {
        leaves.compactMap { if case .authenticated(let age) = $0 { age } else { nil } }
    }

    /// The shortest of them.
    var shortestAge: Duration? { ages.min() }
}

extension AccessSubject {
    /// The same person a moment after a new sign-in.
    ///
    /// - Parameter acr: The context class that it reached; nil is the one that the person has.
    func signedInAnew(acr: String?) -> AccessSubject {
        var person = self
        person.authentication.authTime = now
        person.authentication.acr = acr ?? authentication.acr
        return person
    }
}

extension Site {
    /// When what it says to a person may change by itself, after now; nil for never.
    ///
    /// A sign-in grows old, a microsecond after it was just young enough, and what is only counted begins to be refused.
    package func nextChange(for person: AccessSubject, organization: Organization?) -> Timestamp? {
        let now = person.now
        let ages = access.rules.flatMap(\.rule.condition.ages)
        let old =
            person.authentication.authTime.map { time in ages.map { time + $0 + .microseconds(1) } + [time] } ?? []
        let words = [access.enforcement, organization?.enforcement] + portals.map(\.enforcement)
        let starts = words.compactMap { if case .enforceFrom(let start)? = $0 { start } else { nil } }
        return (old + starts).filter { $0 > now }.min()
    }
}
