#include "impl/shm_switch/console_session.hh"

#include <gtest/gtest.h>

#include <cerrno>
#include <vector>

namespace banco::shm_switch {
namespace {

ConsoleReply interpret(std::string_view line) {
  ConsoleReply reply;
  if (line.starts_with("show")) {
    reply.has_data = true;
    reply.data = "one\ntwo\n";
  } else if (line == "empty") {
    reply.has_data = true;
  } else if (line == "logout") {
    reply.then = ConsoleReply::Then::kEndSession;
  } else if (line == "shutdown") {
    reply.then = ConsoleReply::Then::kEndSwitch;
  } else if (line != "do") {
    reply.error_number = ENOSYS;
  }
  return reply;
}

std::string talk(ConsoleSession& session, std::string_view bytes, bool is_all = true) {
  session.receive(bytes, is_all);
  std::string result;
  while (const auto answer = session.next_answer()) result += *answer;
  return result;
}

TEST(ConsoleSession, GreetsAsVdeSwitchDoes) {
  EXPECT_EQ(ConsoleSession::greeting("name\nline\n"), "name\nline\n\nvde$ ");
}

TEST(ConsoleSession, FramesDataAndStatusAsVdeSwitchDoes) {
  ConsoleSession session(interpret);
  EXPECT_EQ(talk(session, "showinfo\n"), "0000 DATA END WITH '.'\none\ntwo\n.\n1000 Success\n\nvde$ ");
  EXPECT_EQ(talk(session, "empty\n"), "0000 DATA END WITH '.'\n.\n1000 Success\n\nvde$ ");
  EXPECT_EQ(talk(session, "do\n"), "1000 Success\n\nvde$ ");
  EXPECT_EQ(talk(session, "nonsense\n"), "1038 Function not implemented\n\nvde$ ");
}

TEST(ConsoleSession, AnswersBlankLinesAndCommentsWithThePromptAlone) {
  ConsoleSession session(interpret);
  EXPECT_EQ(talk(session, "\n"), "\nvde$ ");
  EXPECT_EQ(talk(session, "  \r\n"), "\nvde$ ");
  EXPECT_EQ(talk(session, "# do\n"), "\nvde$ ");
}

TEST(ConsoleSession, PutsLinesTogetherWhileMoreWaits) {
  ConsoleSession session(interpret);
  EXPECT_EQ(talk(session, "d", false), "");
  EXPECT_EQ(talk(session, "o\ndo\n", false), "1000 Success\n\nvde$ 1000 Success\n\nvde$ ");
}

TEST(ConsoleSession, TakesACommandWithoutItsNewlineAsVdetermSendsIt) {
  ConsoleSession session(interpret);
  EXPECT_EQ(talk(session, "do"), "1000 Success\n\nvde$ ");
}

TEST(ConsoleSession, EndsWithLogoutAndObeysNothingBehindIt) {
  ConsoleSession session(interpret);
  EXPECT_EQ(talk(session, "logout\ndo\n"), "9999 END OF SESSION");
  EXPECT_TRUE(session.has_ended());
  EXPECT_FALSE(session.ends_switch());
}

TEST(ConsoleSession, SaysThatTheSwitchIsToEnd) {
  ConsoleSession session(interpret);
  EXPECT_EQ(talk(session, "shutdown\n"), "9999 END OF SESSION");
  EXPECT_TRUE(session.ends_switch());
}

TEST(ConsoleSession, SkipsALineThatIsTooLongAndGoesOn) {
  ConsoleSession session(interpret);
  const std::string long_line(kConsoleLineBytesMax + 1, 'x');
  EXPECT_EQ(talk(session, long_line + "\ndo\n"), "1007 Argument list too long\n\nvde$ 1000 Success\n\nvde$ ");
  // In pieces, of which none is kept.
  EXPECT_EQ(talk(session, long_line, false), "");
  EXPECT_EQ(talk(session, long_line, false), "");
  EXPECT_EQ(talk(session, "do\ndo\n"), "1007 Argument list too long\n\nvde$ 1000 Success\n\nvde$ ");
}

TEST(ConsoleSession, TakesALineOfTheGreatestLength) {
  ConsoleSession session(interpret);
  EXPECT_EQ(talk(session, std::string(kConsoleLineBytesMax, 'x') + "\n"),
            "1038 Function not implemented\n\nvde$ ");
}

}  // namespace
}  // namespace banco::shm_switch
