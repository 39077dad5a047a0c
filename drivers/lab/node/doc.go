// Package node is the open lab: its lock, settings, pools, images, nic tags and clock, and what a stand-in program is given to work on.
//
// It knows the files of a lab and nothing of any command line. Programs read and change the world through a Node that the dispatcher
// opened; they must not keep anything across Unlock and Relock. Start reading at Node and Call.
package node
