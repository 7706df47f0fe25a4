public import Broker

extension GoogleProvider.Settings {
    /// How the Workspace's people are listed.
    public struct Directory: Codable, Sendable, Hashable {
        /// Where the service account's JSON key file is.
        public var serviceAccount: SecretReference
        /// The administrator for whom the service account acts.
        public var subject: String
        /// The one domain of the Workspace whose people are listed; all of them unless said.
        public var domain: String?

        /// A directory.
        public init(serviceAccount: SecretReference, subject: String, domain: String? = nil) {
            self.serviceAccount = serviceAccount
            self.subject = subject
            self.domain = domain
        }
    }

    /// What the form cannot see of the directory.
    var directoryProblems: [SettingsError.Problem] {
        guard let directory else { return [] }
        var problems: [SettingsError.Problem] = []
        if EmailAddress(directory.subject) == nil {
            problems.append(
                .init(path: ["directory", "subject"], text: "must be the e-mail address of a Workspace administrator"))
        }
        if let problem = directory.domain.flatMap(Self.problem(ofDomain:)) {
            problems.append(.init(path: ["directory", "domain"], text: problem))
        }
        return problems
    }
}

extension GoogleProvider {
    static let directoryForm = SettingsForm([
        SettingsField(
            "serviceAccount", .secret, label: "Service account",
            help: "The JSON key file of a service account with domain-wide delegation for "
                + "\(PeopleList.scope).",
            example: "file:/etc/vestibule/google-directory.json", isRequired: true),
        SettingsField(
            "subject", .text, label: "Acts for",
            help: "The address of an administrator who may read users; the service account acts for that one.",
            example: "directory-reader@acme.example", isRequired: true),
        SettingsField(
            "domain", .text, label: "Domain",
            help: "List the people of this domain alone; without it, of every domain of the Workspace.",
            example: "acme.example"),
    ])
}
