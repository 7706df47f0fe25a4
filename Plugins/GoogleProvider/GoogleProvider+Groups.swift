public import Broker

extension GoogleProvider: GroupSource {
    /// The person's groups, by their e-mail addresses.
    ///
    /// What went wrong is for `lint`, which asks the same way and says why.
    public func groups(of identity: VerifiedIdentity) async -> GroupSet {
        guard let groups = settings.groups else { return .unsupported }
        let address = identity.email.flatMap { $0.evidence == .none ? nil : $0.address }
        return await lookup(groups).groups(of: .init(subject: identity.subject.subject, address: address)).set
    }

    func lookup(_ groups: Settings.Groups) -> GroupLookup {
        GroupLookup(settings: groups, endpoints: endpoints, accounts: accounts, context: context)
    }
}
