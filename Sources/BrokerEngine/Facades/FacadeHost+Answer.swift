package import Broker
package import BrokerModel
package import Foundation

/// What a facade is about to tell a site.
package struct FacadeAnswerRequest: Sendable {
    /// The session, looked up for this request.
    package var owner: SessionService.Owner
    /// Identifiers of the site's request that may be answered once.
    package var oneTime: [OneTimeIdentifier]
    /// What is handed out with the answer, where the answer is a value that the site redeems.
    package var handing: (kind: FacadeGrant.Kind, content: Data, lifetime: Duration)?

    package init(
        _ owner: SessionService.Owner, oneTime: [OneTimeIdentifier] = [],
        handing: (kind: FacadeGrant.Kind, content: Data, lifetime: Duration)? = nil
    ) {
        self.owner = owner
        self.oneTime = oneTime
        self.handing = handing
    }
}

/// What a facade may tell.
package struct FacadeAnswer: Sendable {
    /// The name under which sites know the person.
    package var name: EmailAddress
    /// How both sides name the session.
    package var key: String
    /// The session as it is now.
    package var session: Session
    /// The customer as they are now.
    package var customer: Customer
    /// The value that was handed out.
    package var value: Secret<String>?
}

extension FacadeHost {
    /// The one way to tell a site who somebody is.
    ///
    /// One transaction sees that the session lives and the customer is active, asks whether the site admits them, takes
    /// the request's one-time identifiers, fixes the name under which sites know the person, notes that the site was
    /// told, and writes the audit event. Whatever fails leaves nothing.
    ///
    /// - Throws: `login_required` where the session ended meanwhile, `not_admitted`, `replayed`, `portal_name_taken`.
    package func answer(_ request: FacadeAnswerRequest) async throws(FacadeError) -> FacadeAnswer {
        let site = try site()
        let (now, fresh) = (time.now, "_" + randomness.token(bytes: 16))
        let value = request.handing.map { _ in randomness.token(bytes: 32) }
        let grant: FacadeGrant? =
            if let value, let handing = request.handing {
                try grant(
                    value, handing.content, as: handing.kind, session: request.owner.session.id, parent: nil,
                    lifetime: handing.lifetime)
            } else { nil }
        return try await whileStoreAnswers {
            try await environment.store.write { writer in
                let (session, customer) = try present(request.owner, site: site, at: now, in: writer)
                try take(request.oneTime, in: writer)
                try checkCircle(session, at: now, in: writer)
                let name = try name(of: customer, in: writer, at: now)
                let known = try writer.facadeSessions(of: session.id).first { $0.facade == address }
                let told = FacadeSession(
                    facade: address, key: known?.key ?? fresh, session: session.id, customer: customer.id,
                    name: name.description, createdAt: known?.createdAt ?? now)
                try writer.put(told)
                if let grant { try writer.insert(grant) }
                try audit.append(event(.facadeAnswered, session, at: now), in: writer)
                return FacadeAnswer(
                    name: name, key: told.key, session: session, customer: customer, value: value.map { Secret($0) })
            }
        }
    }

    /// The session and its customer as the transaction sees them, provided that the site admits them.
    private func present(
        _ owner: SessionService.Owner, site: Site, at now: Timestamp, in reader: any StoreReader
    ) throws -> (Session, Customer) {
        guard let present = try sessions.owner(owner.session.id, at: now, in: reader) else {
            throw FacadeError(.loginRequired, detail: "the session ended meanwhile")
        }
        guard site.admits(present.customer.organization) else {
            throw FacadeError(.notAdmitted, detail: "the site does not admit \(present.customer.organization)")
        }
        return (present.session, present.customer)
    }

    private func take(_ identifiers: [OneTimeIdentifier], in writer: any StoreWriter) throws {
        for identifier in identifiers {
            guard try writer.take(identifier, scope: "facade/\(address)") else {
                throw FacadeError(.replayed, detail: "the site's request was answered before")
            }
        }
    }

    /// A JSM that does not take our answer sends the browser back for another one, for ever.
    private func checkCircle(_ session: Session, at now: Timestamp, in writer: any StoreWriter) throws {
        let use = Throttling.Use(throttle: LoginThrottles.facadeCircle, subject: "\(session.id) \(address)")
        guard try writer.takeToken(use.throttle, bucket: use.bucket, at: now) else {
            throw FacadeError(.signInCircle, detail: "the site asks about one session again and again")
        }
    }

    /// The name stays when the e-mail changes: to JSM, another name is another person.
    private func name(of customer: Customer, in writer: any StoreWriter, at now: Timestamp) throws -> EmailAddress {
        if let name = try writer.portalName(of: customer.id) { return name }
        guard let email = customer.email else {
            throw FacadeError(.loginRequired, detail: "the customer has no e-mail")
        }
        do {
            try writer.setPortalName(email, of: customer.id)
        } catch let error as StoreError where error.code == .conflict {
            throw FacadeError(
                .nameTaken,
                detail:
                    "sites know another customer by this address; vestibule customer rename gives one of them another",
                underlying: error)
        }
        try audit.append(
            AuditEvent(
                .customerNamed, at: now, actor: .system, customer: customer.id, organization: customer.organization,
                site: address.site, facts: ["facade": address.kind.rawValue], personal: ["name": email.description]),
            in: writer)
        return email
    }

    private func event(_ kind: AuditKind, _ session: Session, at now: Timestamp) -> AuditEvent {
        AuditEvent(
            kind, at: now, actor: .customer, customer: session.customer, organization: session.organization,
            connection: session.subject.connection, site: address.site, session: session.id,
            facts: ["facade": address.kind.rawValue])
    }
}
