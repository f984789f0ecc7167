/* The wake-up protocol of peer.hh, for Spin: two senders, one receiver that sleeps in poll whenever its rings look empty.
 *
 * Checked: the receiver never sleeps for ever while a frame lies in a ring (an invalid end state), and it takes every frame.
 * -DNO_SENDER_FENCE lets the frame wait in the sender's store buffer while the epoch is read, as a processor does without the fence;
 * -DNO_SECOND_LOOK and -DNO_STEP_6 leave out what step 5 and 6 look at. Each of the three must fail. The receiver's fence is not
 * needed by this model, since it looks a second time.
 *
 *   check_wake_up.sh      does all of this
 */
#define SENDERS 2
#ifndef FRAMES
#define FRAMES 2
#endif

byte head[SENDERS];       /* as the receiver sees it */
byte taken[SENDERS];
byte bell[SENDERS];       /* bytes in the pipe */
bit own_bell;
byte rung[SENDERS];       /* rung_epoch */
byte epoch = 1;           /* as senders see it */
byte finished;            /* senders that are done */

proctype Sender(byte me) {
  byte last_rung = 0;
  byte sent = 0;
  byte seen;
  do
  :: sent < FRAMES ->
     seen = epoch;                                   /* step 1 */
     if
     :: seen != last_rung -> rung[me] = seen
     :: else
     fi;
#ifdef NO_SENDER_FENCE
     /* the frame is still in the store buffer when the epoch is read */
     seen = epoch;
     head[me] = head[me] + 1;
#else
     head[me] = head[me] + 1;                        /* step 2, step 3 */
     seen = epoch;                                   /* step 4 */
#endif
     sent++;
     if
     :: seen != last_rung ->
        last_rung = seen;
        rung[me] = seen;
        if
        :: bell[me] < 2 -> bell[me] = bell[me] + 1   /* a full pipe is readable already */
        :: else
        fi
     :: else
     fi
  :: else -> break
  od;
  finished++
}

#define ANY_FRAME (head[0] != taken[0] || head[1] != taken[1])
#define ANY_BELL (bell[0] > 0 || bell[1] > 0 || own_bell == 1)

proctype Receiver() {
  byte mine = 1;     /* the epoch as the receiver knows it */
  bit owed = 0;
  bit frame;
  bit again_already;
  byte looked[SENDERS];
  do
  :: taken[0] + taken[1] == SENDERS * FRAMES -> break
  :: else ->
     /* poll */
     ANY_BELL;
     /* recv: take one frame */
     frame = 0;
     if
     :: head[0] != taken[0] -> taken[0] = taken[0] + 1; frame = 1
     :: head[1] != taken[1] -> taken[1] = taken[1] + 1; frame = 1
     :: else
     fi;
     if
     :: frame == 1 && ANY_FRAME -> skip              /* more: whatever rings goes on ringing */
     :: frame == 1 && !ANY_FRAME && owed == 0 && rung[0] != mine && rung[1] != mine -> skip
     :: else ->
        again_already = 0;
again:
        mine++;
        epoch = mine;
        looked[0] = head[0]; looked[1] = head[1];
        if
        :: looked[0] != taken[0] || looked[1] != taken[1] ->
           if
           :: again_already -> own_bell = 1
           :: else
           fi;
           owed = 1
        :: else ->
           /* each bell is a system call of its own */
           bell[0] = 0;
           bell[1] = 0;
           own_bell = 0;
           owed = 0;
#ifndef NO_SECOND_LOOK
           if
           :: ANY_FRAME -> own_bell = 1; owed = 1
#ifndef NO_STEP_6
           :: !ANY_FRAME && (rung[0] == mine || rung[1] == mine) -> again_already = 1; goto again
           :: !ANY_FRAME && rung[0] != mine && rung[1] != mine -> skip
#else
           :: else
#endif
           fi
#endif
        fi
     fi
  od
}

init {
  atomic {
    run Sender(0);
    run Sender(1);
    run Receiver()
  }
}
