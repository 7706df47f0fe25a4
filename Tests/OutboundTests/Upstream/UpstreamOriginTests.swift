import Outbound
import Testing

struct UpstreamOriginTests {
    @Test(arguments: [
        ("http://127.0.0.1:9001", "http://127.0.0.1:9001"), ("http://localhost", "http://localhost:80"),
        ("HTTP://JSM:8080", "http://jsm:8080"), ("http://[::1]:1", "http://[::1]:1"),
        ("https://jsm.example", "https://jsm.example:443"), ("https://203.0.113.7:8443", "https://203.0.113.7:8443"),
        ("http://jira.internal:8080", "http://jira.internal:8080"), ("http://192.168.1.5", "http://192.168.1.5:80"),
    ])
    func `scheme, host and port are read`(text: String, read: String) {
        #expect(UpstreamOrigin(text)?.description == read)
    }

    @Test(arguments: [
        "", "127.0.0.1:9001", "ftp://127.0.0.1", "http://", "http://127.0.0.1/", "http://127.0.0.1/jira",
        "http://127.0.0.1?x", "http://127.0.0.1#x", "http://a@127.0.0.1", "http://127.0.0.1:0",
        "http://127.0.0.1:65536",
        "http://127.0.0.1:", "http://127.0.0.1:+1", "http://127.1", "http://2130706433", "http://0x7f000001.1",
        "http://a b",
        "http://-a", "http://[::1", "http://::1", "https://jsm.example:443:443", "http://jsm\\@evil",
    ])
    func `anything else is none`(text: String) {
        #expect(UpstreamOrigin(text) == nil)
    }

    @Test(arguments: [
        "http://jsm.example", "http://203.0.113.7", "http://[2001:db8::1]", "http://169.254.169.254",
        "http://8.8.8.8:80",
        "http://localhost.example",
    ])
    func `plain http does not leave private ground`(text: String) {
        #expect(UpstreamOrigin(text) == nil)
        #expect(UpstreamOrigin(text.replacing("http://", with: "https://")) != nil)
    }
}
