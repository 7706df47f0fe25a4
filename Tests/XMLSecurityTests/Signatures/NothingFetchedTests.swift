import Foundation
import Testing
import XMLSecurity

/// M5, M10, M21: nothing that a message names is ever fetched, not even where the checks in front of xmlsec are dropped.
@Suite struct NothingFetchedTests {
    @Test func `a listener on the loopback sees no connection`() throws {
        let listener = try Listener()
        let address = "http://127.0.0.1:\(listener.port)/x"
        let keys = [try Fixtures.publicKey("rsa2048")]
        let bare = try SignatureVerifier(keys: keys, policy: .standard, checks: [])
        var forge = Forge()
        forge.uri = address
        let referring = try forge.element()
        #expect(refusal { _ = try bare.verify(referring) }?.code == .signatureInvalid)
        forge = Forge()
        forge.behindValue = "<ds:KeyInfo><ds:RetrievalMethod URI=\"\(address)\"/></ds:KeyInfo>"
        let retrieving = try forge.element()
        #expect(throws: Never.self) { try bare.verify(retrieving) }
        for text in [
            "<!DOCTYPE a SYSTEM '\(address)'><a/>", "<!DOCTYPE a [<!ENTITY e SYSTEM '\(address)'>]><a>&e;</a>",
            "<a><x:include xmlns:x='http://www.w3.org/2001/XInclude' href='\(address)'/></a>",
        ] {
            #expect(refusal { _ = try parse(text, .metadata) } != nil)
        }
        let remarks = "<?oasis-xml-catalog catalog='\(address)'?><?xml-stylesheet href='\(address)'?><a/>"
        #expect(try parse(remarks, .metadata).root.localName == "a")
        #expect(!listener.hasConnection)
        try listener.connect()
        #expect(listener.hasConnection, "the listener would have seen one")
    }
}

/// A socket that nobody should come to.
private final class Listener {
    private let handle: Int32
    let port: UInt16

    init() throws {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = Self.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(made, $0, length) == 0 && listen(made, 8) == 0 && getsockname(made, $0, &length) == 0
            }
        }
        handle = made
        port = UInt16(bigEndian: address.sin_port)
        try #require(isBound)
    }

    deinit { close(handle) }

    /// Whether somebody came since the last time it was asked.
    var hasConnection: Bool {
        let peer = accept(handle, nil, nil)
        if peer >= 0 { close(peer) }
        return peer >= 0
    }

    func connect() throws {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        var address = Self.loopback(port: port)
        let answer = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(answer == 0)
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
