import Broker
import SAML
import XMLSecurity

extension SAMLProvider.Settings {
    /// What the form cannot see because it takes two fields, or the protocol, to see it.
    var problems: [SettingsError.Problem] {
        nameProblems + trustProblems + subjectProblems + dateProblems + initiatedProblems
    }

    private var nameProblems: [SettingsError.Problem] {
        [(["entityID"], entityID), (["spEntityID"], spEntityID ?? "x")].filter { _, value in
            !(1...1024).contains(value.utf8.count) || !value.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        }.map { path, _ in .init(path: path, text: "must be a URI of at most 1024 characters (SAML Core 8.3.6)") }
    }

    private var trustProblems: [SettingsError.Problem] {
        switch trust {
        case .manual:
            manualProblems + unused([("metadataURL", metadataURL), ("metadataCertificate", metadataCertificate)])
        case .tls: remoteProblems + unused([("metadataCertificate", metadataCertificate)]) + unusedManual
        case .pinnedSignature:
            remoteProblems + unusedManual
                + (metadataCertificate == nil
                    ? [.init(path: ["metadataCertificate"], text: "is required with trust: pinned-signature")] : [])
        }
    }

    /// CVE-2026-28323: a connection without a key does not load; it never means that a signature is optional.
    private var manualProblems: [SettingsError.Problem] {
        let sources = [metadata != nil, metadataFile != nil, ssoURL != nil].filter { $0 }.count
        guard sources == 1 else {
            return [
                .init(
                    path: ["metadata"],
                    text: "give one of metadata, metadataFile, or ssoURL with signingCertificates")
            ]
        }
        if ssoURL != nil, signingCertificates.isEmpty {
            return [.init(path: ["signingCertificates"], text: "must hold at least one certificate")]
        }
        guard ssoURL == nil, !signingCertificates.isEmpty || sloURL != nil else { return [] }
        return [.init(path: ["signingCertificates"], text: "stands in the metadata; give one or the other")]
    }

    private var remoteProblems: [SettingsError.Problem] {
        metadataURL == nil ? [.init(path: ["metadataURL"], text: "is required with trust: \(trust.rawValue)")] : []
    }

    private var unusedManual: [SettingsError.Problem] {
        unused([
            ("metadata", metadata), ("metadataFile", metadataFile?.description), ("ssoURL", ssoURL), ("sloURL", sloURL),
            ("signingCertificates", signingCertificates.first),
        ])
    }

    /// A key that would be ignored looks like one that counts.
    private func unused(_ fields: [(String, String?)]) -> [SettingsError.Problem] {
        fields.filter { $0.1 != nil }.map {
            .init(path: [$0.0], text: "is not used with trust: \(trust.rawValue)")
        }
    }

    private var subjectProblems: [SettingsError.Problem] {
        switch (subject, subjectAttribute) {
        case (.attribute, nil): [.init(path: ["subjectAttribute"], text: "is required with subject: attribute")]
        case (.nameID, _?): [.init(path: ["subjectAttribute"], text: "is not used with subject: nameID")]
        default: []
        }
    }

    /// Nothing was asked for, so nothing can be fresh.
    private var initiatedProblems: [SettingsError.Problem] {
        guard idpInitiated == .accept, forceAuthn else { return [] }
        return [.init(path: ["idpInitiated"], text: "cannot be accept with forceAuthn; restart can")]
    }

    private var dateProblems: [SettingsError.Problem] {
        [
            ("sha1", exceptions.sha1), ("aesCBC", exceptions.aesCBC), ("aesCBCUnsigned", exceptions.aesCBCUnsigned),
            ("rsa15", exceptions.rsa15),
        ].compactMap { key, day in
            guard let day, Self.endOfDay(day) == nil else { return nil }
            return .init(path: ["exceptions", key], text: "must be a day, YYYY-MM-DD; the exception ends with it")
        }
    }

    // MARK: What follows from the settings

    /// The end of a day in UTC.
    static func endOfDay(_ day: String) -> Timestamp? {
        guard day.utf8.count == 10 else { return nil }
        return SAMLTime.parse(day + "T00:00:00Z").map { $0 + .seconds(86400) }
    }

    var weakAlgorithms: WeakAlgorithms {
        WeakAlgorithms(
            sha1: exceptions.sha1.flatMap(Self.endOfDay), aesCBC: exceptions.aesCBC.flatMap(Self.endOfDay),
            aesCBCUnsigned: exceptions.aesCBCUnsigned.flatMap(Self.endOfDay),
            rsa15: exceptions.rsa15.flatMap(Self.endOfDay))
    }

    var signatureRequirement: SignatureRequirement {
        switch require {
        case .either: .either
        case .response: .response
        case .assertion: .assertion
        case .both: .both
        }
    }
}
