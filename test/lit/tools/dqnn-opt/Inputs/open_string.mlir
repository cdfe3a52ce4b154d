// A "quote in a comment is none.
func.func @f() attributes {"a // b", x = "and from here on nothing closes it: more than a hundred characters on this line, and no quote) {
  func.return
}
