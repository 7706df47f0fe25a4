// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import JOSE
import MockIdentityProviders
import MockServer
import MockServiceManagement

/// `conformance mocks`: the demo's identity providers and portal, as servers of their own.
struct MocksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mocks",
        abstract: "Runs an OpenID provider, a SAML IdP, a mail server and a portal until SIGTERM.",
        discussion: """
            Prints one line of JSON on standard output when all listen, and ends with status 0 on SIGTERM or SIGINT. \
            Anybody listed signs in with any password.

            Tenants at http://OP-HOST:PORT/op/TENANT:
              acme              alice@acme.example, bob@acme.example
              acme-contractors  dora@acme.example, and alice-c, who has alice@acme.example too
              globex            carol@globex.example

            SAML IdPs at http://OP-HOST:SAML-PORT/saml/TENANT, each with /metadata, /sso, /slo, /start-login, /start-logout:
              globex            carol@globex.example

            The mail server takes mail for everybody; http://127.0.0.1:MAILBOX-PORT/ shows it.

            A broker whose organization acme.example has two connections, one to acme and one to acme-contractors, \
            shows its picker to alice@acme.example; globex.example goes straight.
            """, aliases: ["demo"])

    @OptionGroup var options: MockOptions
    @OptionGroup var portals: PortalOptions

    func run() async throws {
        // Before anything listens, so that a signal that comes early is not lost.
        let stop = StopSignals()
        let control = try SecretFile.read(orMake: options.controlSecretFile)
        let op = try await MockOpenIDProvider.start(try provider(control))
        let saml = try await MockSAMLProvider.start(try samlProvider(control))
        let portal = try await MockPortal.start(try portal(control))
        let mail = try MockMailServer.start(port: options.smtpPort)
        let mailbox = try await MockMailbox.start(mail, port: options.mailboxPort)
        var cloud: MockPortal?
        if let configuration = try self.cloud(control) { cloud = try await MockPortal.start(configuration) }
        let vendors = try await self.vendors(control)
        var ready = ready(op, saml, portal, cloud)
        ready["mail"] = .object([
            "smtpPort": .integer(Int64(mail.port)), "mailbox": .string("http://127.0.0.1:\(mailbox.port)/"),
        ])
        if let vendors { ready["vendors"] = .object(DemoVendors.ready(vendors)) }
        FileHandle.standardOutput.write(Data("\(ready.text)\n".utf8))
        await stop.wait()
        await vendors?.stop()
        await cloud?.stop()
        await mailbox.stop()
        mail.stop()
        await portal.stop()
        await saml.stop()
        await op.stop()
    }

    private func provider(_ control: String) throws -> MockOpenIDProvider.Configuration {
        let client = OPClient(
            clientID: options.clientID, clientSecret: try SecretFile.read(orMake: options.clientSecretFile),
            redirectURIs: options.redirectURIs, postLogoutRedirectURIs: options.postLogoutRedirectURIs)
        return MockOpenIDProvider.Configuration(
            tenants: DemoTenants.all(client: client, autoLogin: options.autoLogin, offersFaults: options.faults),
            controlSecret: control, port: options.opPort, hostName: options.opHost,
            tls: try pems().map { .init(certificatePEM: $0.certificate, privateKeyPEM: $0.key) })
    }

    private func samlProvider(_ control: String) throws -> MockSAMLProvider.Configuration {
        MockSAMLProvider.Configuration(
            tenants: DemoTenants.saml(options), controlSecret: control, port: options.samlPort,
            hostName: options.opHost,
            tls: try pems().map { .init(certificatePEM: $0.certificate, privateKeyPEM: $0.key) })
    }

    private func portal(_ control: String) throws -> MockPortal.Configuration {
        MockPortal.Configuration(
            controlSecret: control, port: options.portalPort, hostName: options.portalHost,
            tls: try pems().map { .init(certificatePEM: $0.certificate, privateKeyPEM: $0.key) },
            contextPath: options.contextPath, identity: options.trustedHeaders ? .trustedHeaders(.init()) : .ignored,
            publicForm: !options.closedForm, signIn: try portals.signIn(), baseURL: portals.portalBaseURL,
            trustRoots: portals.trustRoot)
    }

    private func vendors(_ control: String) async throws -> VendorWorld? {
        guard options.vendors else { return nil }
        let world = try await VendorWorld.start(
            controlSecret: control, port: options.vendorPort,
            tls: try pems().map { .init(certificatePEM: $0.certificate, privateKeyPEM: $0.key) },
            autoLogin: options.autoLogin, offersFaults: options.faults, redirectURIs: options.vendorCallbacks)
        if let path = options.vendorSecretsFile { try DemoVendors.write(world.sampleSecrets, to: path) }
        return world
    }

    /// The second portal, which nothing stands before.
    private func cloud(_ control: String) throws -> MockPortal.Configuration? {
        guard let metadata = portals.cloudIdPMetadata else { return nil }
        return MockPortal.Configuration(
            controlSecret: control, port: portals.cloudPort, hostName: portals.cloudHost,
            tls: try pems().map { .init(certificatePEM: $0.certificate, privateKeyPEM: $0.key) },
            siteName: "Northwind Cloud Help Center", publicForm: !options.closedForm, flavour: .cloud,
            signIn: .saml(identityProvider: .metadataURL(metadata), signsRequests: portals.cloudSignsRequests),
            trustRoots: portals.trustRoot)
    }

    private func pems() throws -> (certificate: String, key: String)? {
        guard let certificate = options.tlsCert, let key = options.tlsKey else { return nil }
        return (
            try String(contentsOfFile: certificate, encoding: .utf8), try String(contentsOfFile: key, encoding: .utf8)
        )
    }

    /// What a script needs to know.
    private func ready(
        _ op: MockOpenIDProvider, _ saml: MockSAMLProvider, _ portal: MockPortal, _ cloud: MockPortal?
    ) -> JSONObject {
        let scheme = options.tlsCert == nil ? "http" : "https"
        var issuers = JSONObject()
        for name in ["acme", "acme-contractors", "globex"] { issuers[name] = .string(op.issuer(name)) }
        var ready: JSONObject = [
            "ready": true, "pid": .integer(Int64(ProcessInfo.processInfo.processIdentifier)),
            "op": .object([
                "url": .string("\(scheme)://\(options.opHost):\(op.port)"), "port": .integer(Int64(op.port)),
                "issuers": .object(issuers),
            ]),
            "saml": .object([
                "url": .string("\(scheme)://\(options.opHost):\(saml.port)"), "port": .integer(Int64(saml.port)),
                "entityIDs": .object(["globex": .string(saml.entityID("globex"))]),
                "metadata": .object(["globex": .string("\(saml.base("globex"))/metadata")]),
            ]),
            "portal": .object(["url": .string(portal.url), "port": .integer(Int64(portal.port))]),
            "clientID": .string(options.clientID),
            "redirectURIs": .array(options.redirectURIs.map { .string($0) }),
        ]
        ready["cloud"] = cloud.map { .object(["url": .string($0.url), "port": .integer(Int64($0.port))]) }
        return ready
    }
}
