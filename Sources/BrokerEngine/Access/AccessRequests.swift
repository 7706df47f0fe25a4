package import Broker
package import BrokerModel

/// What people ask for whom the gate refused a portal.
///
/// Kept in the audit log and nowhere else: who decides reads it there, and decides by changing the rules.
package struct AccessRequests: Sendable {
    /// What became of one.
    package enum Outcome: Sendable, Hashable {
        /// It is in the audit log under this reference.
        case filed(Reference)
        /// The same person asked for the same portal within a day; nothing was added.
        case repeated
        /// The person asked for many lately; nothing was added.
        case tooMany
        /// The site has no such portal, or does not admit the person at all.
        case notOffered
        /// The message is longer than a form of ours lets it be.
        case tooLong
    }

    /// For one customer and portal: one, and again after a day.
    package static let ofPortal = Throttle("access_requests_per_portal", capacity: 1, refill: .seconds(86400))
    /// For one customer: ten, and ten more in the course of a day.
    package static let ofCustomer = Throttle("access_requests_per_customer", capacity: 10, refill: .seconds(8640))
    /// The longest message, in UTF-16 units as browsers count `maxlength`.
    package static let longestMessage = 500

    private struct Limited: Error {
        var outcome: Outcome
    }

    private let environment: EngineEnvironment
    private let audit: AuditLog

    package init(_ engine: Engine) {
        environment = engine.environment
        audit = engine.audit
    }

    /// Files one, together with the tokens that it costs.
    ///
    /// - Parameter message: What the person says about it, in their own words; empty is nothing.
    package func file(
        _ owner: SessionService.Owner, site: Site, portal: PortalID, message: String
    ) async throws -> Outcome {
        guard site.admits(owner.customer.organization), site.portals.contains(where: { $0.id == portal }) else {
            return .notOffered
        }
        guard let message = Self.plain(message) else { return .tooLong }
        let now = environment.time.now
        let reference = Reference.make(at: now, environment.randomness)
        let event = AuditEvent(
            .accessRequested, at: now, actor: .customer, reference: reference, customer: owner.customer.id,
            organization: owner.customer.organization, connection: owner.session.subject.connection, site: site.id,
            session: owner.session.id, facts: ["portal": portal.description],
            personal: message.isEmpty ? [:] : ["message": message])
        let uses = [
            (Self.ofPortal, "\(owner.customer.id)\n\(site.id)\n\(portal)", Outcome.repeated),
            (Self.ofCustomer, owner.customer.id.rawValue, .tooMany),
        ]
        do {
            try await environment.store.write { writer in
                for (throttle, subject, outcome) in uses {
                    let bucket = Throttling.Use(throttle: throttle, subject: subject).bucket
                    // Undoes the one before: who is refused pays nothing.
                    guard try writer.takeToken(throttle, bucket: bucket, at: now) else {
                        throw Limited(outcome: outcome)
                    }
                }
                try audit.append(event, in: writer)
            }
            return .filed(reference)
        } catch let limited as Limited {
            return limited.outcome
        }
    }

    /// A message as it is kept: lines and blanks, without what could steer a terminal that shows it; nil where it is too
    /// long.
    static func plain(_ message: String) -> String? {
        // A form sends two characters for a line's end, where the field counted one.
        let lines = message.unicodeScalars.filter { $0 != "\r" }
        guard String(String.UnicodeScalarView(lines)).utf16.count <= longestMessage else { return nil }
        var plain = String.UnicodeScalarView()
        for scalar in lines { plain.append(scalar == "\n" || !scalar.isSteering ? scalar : " ") }
        let blanks: Set<Character> = [" ", "\n"]
        let trimmed = String(plain).drop { blanks.contains($0) }
        return String(trimmed.reversed().drop { blanks.contains($0) }.reversed())
    }
}

extension Unicode.Scalar {
    /// Controls, and what turns or joins the text around it.
    fileprivate var isSteering: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
