import Broker
import BrokerModel
import Testing

@Suite struct Base32Tests {
    @Test(arguments: [
        ("", ""), ("f", "cr"), ("foobar", "csqpyrk1e8"),
    ])
    func `encodes five bits a character`(text: String, encoded: String) {
        #expect(Base32.encode(Array(text.utf8)) == encoded)
    }

    @Test(arguments: [([UInt8(0)], "00"), ([0xFF], "zw"), ([0, 0, 0, 0, 1], "00000001"), ([0x80], "g0")])
    func `keeps leading zeros and fills the last character with zeros`(octets: [UInt8], encoded: String) {
        #expect(Base32.encode(octets) == encoded)
    }

    @Test func `uses thirty-two different characters without look-alikes`() {
        #expect(Set(Base32.alphabet).count == 32)
        #expect(!Base32.alphabet.contains { Array("ilou".utf8).contains($0) })
    }

    @Test func `gives customers and sessions ids of 26 characters behind a mark`() {
        let octets = Randomness { count in (0..<count).map { UInt8($0) } }
        #expect(CustomerID.random(octets).rawValue == "c_000G40R40M30E209185GR38E1W".lowercased())
        #expect(SessionID.random(octets).rawValue == "s_000G40R40M30E209185GR38E1W".lowercased())
        #expect(CustomerID.random(.system) != CustomerID.random(.system))
    }

    @Test func `makes ids that may stand in a path`() {
        #expect(CustomerID.random(.system).isWellFormed)
        #expect(SessionID.random(.system).isWellFormed)
    }
}
