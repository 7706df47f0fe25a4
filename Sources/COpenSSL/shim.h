// Carries the compiler and linker flags of openssl; only CXMLSec includes its headers.
