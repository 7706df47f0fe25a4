import Testing
import XMLSecurity

/// M3: each identifier is there once and under one name.
@Suite struct IdentifierTests {
    private static let dsig = "http://www.w3.org/2000/09/xmldsig#"

    @Test(arguments: [
        "<a id='_x'/>", "<a Id='_x'/>", "<a iD='_x'/>", "<a xml:id='_x'/>", "<a xmlns:p='u:p' p:ID='_x'/>",
        "<a xmlns:p='u:p' p:id='_x'/>", "<a ID='_x'><b xml:id='_y'/></a>",
        "<s:Signature xmlns:s='\(dsig)' ID='_x'/>", "<a xmlns:s='\(dsig)'><s:Object id='_x'/></a>",
        "<a xmlns:s='\(dsig)'><s:Object s:Id='_x'/></a>",
    ])
    func `refuses another attribute that could be taken for an identifier`(text: String) throws {
        let document = try parse(text)
        #expect(refusal { try IdentifierCheck.run(document) }?.code == .idAliased)
    }

    @Test(arguments: [
        "<a ID='_x'><b ID='_x'/></a>", "<a><b ID='_x'/><c><d ID='_x'/></c></a>",
        "<a ID='_x' xmlns:s='\(dsig)'><s:Object Id='_x'/></a>",
    ])
    func `refuses the same identifier twice`(text: String) throws {
        let document = try parse(text)
        #expect(refusal { try IdentifierCheck.run(document) }?.code == .idDuplicate)
    }

    @Test(arguments: ["", "1a", "-a", ".a", "a b", "a:b", "a'b", "a\"b", "a)", "#a", "é", "a/b", "a&#10;b"])
    func `refuses an identifier that is more than a name`(value: String) throws {
        let document = try parse("<a ID=\"\(value.replacing("\"", with: "&quot;"))\"/>")
        #expect(refusal { try IdentifierCheck.run(document) }?.code == .idMalformed)
    }

    @Test func `bounds an identifier at 256 characters`() throws {
        let named = { (count: Int) in try parse("<a ID='\(String(repeating: "a", count: count))'/>") }
        #expect(throws: Never.self) { try IdentifierCheck.run(named(256)) }
        #expect(refusal { try IdentifierCheck.run(named(257)) }?.code == .idMalformed)
    }

    @Test func `takes ID on SAML and Id on signatures, each once`() throws {
        let document = try parse(
            "<a ID='_x' xmlns:s='\(Self.dsig)'><b ID='A.b-1_2'/><b identity='_x'/><s:Signature Id='_s'/></a>")
        #expect(throws: Never.self) { try IdentifierCheck.run(document) }
    }
}
