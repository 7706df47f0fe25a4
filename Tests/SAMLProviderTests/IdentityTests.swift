import Broker
import SAML
import SAMLProvider
import Testing

@Suite struct IdentityTests {
    let world: World
    init() throws { world = try World() }

    private func identity(
        _ settings: (inout SAMLProvider.Settings) -> Void = { _ in }, _ change: (inout TestResponse) -> Void
    ) async throws -> VerifiedIdentity {
        try await world.login(world.provider(settings), message: world.message().with(change)).identity
    }

    @Test(arguments: [
        "email", "mail", "urn:oid:0.9.2342.19200300.100.1.3",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    ])
    func `finds the address under the names that vendors use`(name: String) async throws {
        let identity = try await identity { $0.attributes = [(name, ["g.o@globex.example"])] }
        #expect(identity.email?.address.description == "g.o@globex.example")
    }

    @Test func `takes a NameID that is an address where there is no attribute`() async throws {
        let identity = try await identity { $0.attributes = [] }
        #expect(identity.email?.address.description == "gina@globex.example")
    }

    @Test(arguments: [SAMLURI.persistentFormat, SAMLURI.unspecifiedFormat, nil])
    func `a NameID that does not say so is no address`(format: String?) async throws {
        let identity = try await identity {
            $0.attributes = []
            $0.nameIDFormat = format
        }
        #expect(identity.email == nil)
    }

    @Test(arguments: [SAMLURI.emailFormat, SAMLURI.unspecifiedFormat, nil])
    func `a NameID of another format than was asked for is refused`(format: String?) async throws {
        let provider = try world.provider { $0.nameIDFormat = SAMLURI.persistentFormat }
        let message = world.message().with { $0.nameIDFormat = format }
        #expect(await refusal { try await world.login(provider, message: message) } == "name_id_format_mismatch")
        let asked = world.message().with { $0.nameIDFormat = SAMLURI.persistentFormat }
        _ = try await world.login(provider, message: asked).identity
    }

    @Test func `the configured attribute is the only one that counts`() async throws {
        let identity = try await identity({ $0.attributes.email = "workMail" }) {
            $0.attributes = [("email", ["a@b.example"])]
        }
        #expect(identity.email == nil)
    }

    @Test func `an address that is said twice, or has two values, is refused`() async throws {
        for attributes in [
            [("email", ["a@globex.example", "b@globex.example"])],
            [("email", ["a@globex.example"]), ("email", ["b@globex.example"])],
        ] {
            let message = world.message().with { $0.attributes = attributes }
            #expect(
                await refusal { try await world.login(world.provider(), message: message) } == "attribute_ambiguous")
        }
    }

    @Test(arguments: [
        "a@b@globex.example", "gina@glоbex.example\u{0}x", "gina", "\"a b\"@globex.example", "<a@globex.example>",
    ])
    func `a malformed address is refused`(text: String) async throws {
        let message = world.message().with { $0.attributes = [("email", [text])] }
        #expect(await refusal { try await world.login(world.provider(), message: message) } != nil)
    }

    @Test func `the subject may be an attribute`() async throws {
        let identity = try await identity({
            $0.subject = .attribute
            $0.subjectAttribute = "subject-id"
        }) { $0.attributes.append(("subject-id", ["u1@globex.example"])) }
        #expect(identity.subject.subject == "u1@globex.example")
    }

    @Test func `a subject attribute that is absent is refused`() async throws {
        let provider = try world.provider {
            $0.subject = .attribute
            $0.subjectAttribute = "subject-id"
        }
        #expect(await refusal { try await world.login(provider) } == "subject_missing")
    }

    @Test func `a transient NameID is no key of a person`() async throws {
        let message = world.message().with { $0.nameIDFormat = SAMLURI.transientFormat }
        #expect(await refusal { try await world.login(world.provider(), message: message) } == "name_id_transient")
    }

    @Test func `groups are complete where the attribute is there, and unknown where it is not`() async throws {
        let named = try await identity({ $0.attributes.groups = "groups" }) {
            $0.attributes.append(("groups", ["a", "b"]))
        }
        #expect(named.groups == GroupSet(["a", "b"], completeness: .complete))
        let absent = try await identity({ $0.attributes.groups = "groups" }) { _ in }
        #expect(absent.groups == .unsupported)
        let overage = try await identity({ $0.attributes.groups = "groups" }) {
            $0.attributes.append(("http://schemas.microsoft.com/claims/groups.link", ["https://graph.example/x"]))
        }
        #expect(overage.groups.completeness == .overage)
    }

    @Test func `markup in a name stays text`() async throws {
        let identity = try await identity {
            $0.attributes.append(("displayName", ["x"])); $0.attributes[1].1 = ["<b>G</b> & co"];
            $0.attributes.removeLast()
        }
        #expect(identity.displayName == "<b>G</b> & co")
    }
}
