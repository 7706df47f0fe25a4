// Carries the compiler and linker flags of xmlsec1-openssl; only CXMLSec includes its headers.
